//! [`Capability`]: what a target can do beyond answering requests.

use crate::word::words;

/// What a target can do beyond answering requests, in the order of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Refuses at least one of: no signature, an unknown key, a wrong secret.
    Auth,
    /// Has credentials that may call nothing.
    DeniedIdentity,
    /// Has credentials whose session token has expired.
    ExpiredToken,
    /// Answers with a throttle or an internal error when asked to.
    FaultInjection,
    /// Has credentials of a second account.
    SecondAccount,
    /// Functions are `Pending` for a while after they are made.
    Settling,
    /// Has `OverrideConfiguration`, which puts members straight into a configuration.
    StateControl,
}

words!(
    "capability",
    pub Capability {
        Auth => "auth",
        DeniedIdentity => "denied-identity",
        ExpiredToken => "expired-token",
        FaultInjection => "fault-injection",
        SecondAccount => "second-account",
        Settling => "settling",
        StateControl => "state-control",
    }
);

impl Capability {
    /// What it means, as the end of a sentence that begins with "the target".
    pub fn means(self) -> &'static str {
        match self {
            Capability::Auth => {
                "refuses at least one of: no signature, an unknown key, a wrong secret"
            }
            Capability::DeniedIdentity => "has credentials that may call nothing",
            Capability::ExpiredToken => "has credentials whose session token has expired",
            Capability::FaultInjection => {
                "answers with a throttle or an internal error when asked to"
            }
            Capability::SecondAccount => "has credentials of a second account",
            Capability::Settling => "functions are `Pending` for a while after they are made",
            Capability::StateControl => {
                "has `OverrideConfiguration`, which puts members straight into a configuration"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn their_order_is_that_of_their_words() {
        assert!(Capability::ALL.is_sorted_by_key(|one| one.name()));
        assert!(Capability::ALL.is_sorted());
    }
}
