//! `mock`: serves the mock until Ctrl-C.

use std::io::{self, Write};

use super::{failure::Failure, options::ServeOptions, start::runtime};
use crate::{
    interrupt::Interrupts,
    mock::{Mock, MockOptions},
    reference::Settings,
    report::Class,
    target::partition_of,
};

pub(super) fn serve(options: &ServeOptions) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let settings = Settings {
            settle: options.settle,
            faults: options.faults,
            throttle: options.throttle,
            region: options.region.clone(),
            partition: partition_of(&options.region).to_owned(),
            account: options.account.clone(),
            ..Settings::default()
        };
        let mock = Mock::start(
            options.port,
            MockOptions {
                settings,
                auth: options.auth,
                ..MockOptions::default()
            },
        )
        .await
        .map_err(|error| Failure::Listen {
            port: options.port,
            error,
        })?;
        // before the line is written: whoever has read it may press Ctrl-C at once
        let mut interrupts = Interrupts::listen().map_err(Failure::Runtime)?;
        let mut to = io::stdout().lock();
        writeln!(to, "listening on http://{}", mock.address())
            .and_then(|()| to.flush())
            .map_err(Failure::Output)?;
        tokio::select! {
            () = mock.wait() => Ok(0),
            () = interrupts.next() => Ok(Class::Interrupted.code()),
        }
    })
}
