//! [`Head`]: the target and how it is judged, in two lines: what is known before set-up, and what set-up found out.

use std::io::{self, Write};

use crate::{
    prose::count,
    report::{header::Header, wording},
};

/// The first two lines of a report, each written once it is known.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Whether the first line has the account.
    has_account: bool,
}

impl Head {
    /// The target and how it is judged; with its account, if the first look told it.
    pub(crate) fn started(&mut self, to: &mut impl Write, header: &Header) -> io::Result<()> {
        self.has_account = header.account.is_some();
        let account = header.account.as_ref();
        writeln!(
            to,
            "{} {} on {} ({}), region {}{}, level {}",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            header.target,
            header.endpoint,
            header.region,
            account.map_or(String::new(), |account| format!(", account {account}")),
            header.level,
        )
    }

    /// The number of cases and what the target can do; the account, if that was not known before.
    pub(crate) fn arranged(&mut self, to: &mut impl Write, header: &Header) -> io::Result<()> {
        let account = match header.account.as_deref() {
            _ if self.has_account => String::new(),
            account => format!("account {}; ", account.unwrap_or("unknown")),
        };
        let capabilities = if header.capabilities.is_empty() {
            "none".to_owned()
        } else {
            header.capabilities.join(", ")
        };
        let role = if header.makes_role {
            format!("; {}", wording::MAKES_ROLE)
        } else {
            String::new()
        };
        let mut but = String::new();
        for (capability, says) in &header.contradicted {
            but.push_str(match says {
                true => " (",
                false => " (not ",
            });
            but.push_str(capability.name());
            but.push_str(match says {
                true => " as declared, although the run did not find it)",
                false => " as declared, although the run found it)",
            });
        }
        writeln!(
            to,
            "{}; {account}capabilities: {capabilities}{but}{role}",
            count(header.cases, "case")
        )
    }
}
