//! The reference behind a real socket: what a run without a target talks to, and a stand-in for Lambda in other tests.
//!
//! Knows who may call it; what is answered is the reference's business, and sockets that of the two fronts: [`Mock`], a
//! server of its own, and `mock::wiremock`, for those who have a `wiremock::MockServer` (feature `wiremock`).

mod server;
#[cfg(feature = "wiremock")]
pub mod wiremock;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};

pub use crate::reference::Settings;
pub use server::Mock;

use crate::{
    capability::Capability,
    clock::Clock,
    reference::{self, Entropy, Identity, State, SystemEntropy},
    sign::{self, Verified},
    target::{Credentials, Identities, Target, other_account},
};

/// The key id and the secret that the mock knows.
const CALLER: &str = "test";
/// A caller that may do nothing.
const DENIED: &str = "AKIDDENIEDDENIED0000";
/// A caller of another account.
const OTHER: &str = "AKIDOTHEROTHEROTHER0";
/// A caller whose session token is of yesterday.
const EXPIRED: &str = "AKIDEXPIREDEXPIRED00";
/// How the mock behaves.
#[derive(Clone, Debug, Default)]
pub struct MockOptions {
    /// What the reference is told of itself.
    pub settings: Settings,
    /// Whether signatures are checked. Only the callers of [`Mock::target`] are known then.
    pub auth: bool,
    /// What time it is there.
    pub clock: Clock,
}

impl MockOptions {
    /// Everything that the mock can do, with functions that settle slowly enough to be read before they have. Who waits for
    /// that by the clock of [`Mock::target`], as a session does, waits for nothing.
    pub fn embedded(settings: Settings) -> MockOptions {
        MockOptions {
            settings: Settings {
                settle: Duration::from_secs(1),
                faults: true,
                state_control: true,
                ..settings
            },
            auth: true,
            clock: Clock::skipping(),
        }
    }

    /// The same, with functions that are settled as soon as they are made: for a process that waits by a clock of its own,
    /// and would wait for real.
    pub fn settled(settings: Settings) -> MockOptions {
        let mut options = MockOptions::embedded(settings);
        options.settings.settle = Duration::ZERO;
        options
    }
}

/// Changes an answer before it is sent, so that a test can see whether a deviation is noticed.
pub type Deviation = dyn Fn(&Request<Bytes>, Response<Bytes>) -> Response<Bytes> + Send + Sync;

/// Stands between a caller and the mock: gets what was sent and the mock that would answer it, and answers. So a test can see whether
/// a server is noticed that takes a request for another, or remembers what it said.
pub type Middleware = dyn Fn(Request<Bytes>, &dyn Fn(Request<Bytes>) -> Response<Bytes>) -> Response<Bytes>
    + Send
    + Sync;

/// A mock at an address as a target, with what it can do and who may call it.
fn target(address: SocketAddr, options: &MockOptions) -> Target {
    let endpoint = format!("http://{address}")
        .parse()
        .expect("invariant: an address of a socket makes a URL");
    let settings = &options.settings;
    let mut target = Target::new(
        "mock",
        endpoint,
        &settings.region,
        Credentials::new(CALLER, CALLER),
    );
    target.clock = options.clock.clone();
    if settings.faults {
        target.capabilities.insert(Capability::FaultInjection);
    }
    if !settings.settle.is_zero() {
        target.capabilities.insert(Capability::Settling);
    }
    if settings.state_control {
        target.capabilities.insert(Capability::StateControl);
    }
    if options.auth {
        target.capabilities.extend([
            Capability::Auth,
            Capability::DeniedIdentity,
            Capability::ExpiredToken,
            Capability::SecondAccount,
        ]);
        target.identities = Identities {
            caller: Credentials::new(CALLER, CALLER),
            denied: Some(Credentials::new(DENIED, DENIED)),
            expired: Some(Credentials::new(EXPIRED, EXPIRED).with_token(EXPIRED)),
            other: Some(Credentials::new(OTHER, OTHER)),
        };
    }
    target
}

/// The reference with the state of one mock, and the check of who calls.
struct Front {
    state: Mutex<(State, Source)>,
    clock: Clock,
    auth: bool,
    account: String,
    authority: String,
    middleware: Arc<Middleware>,
}

/// Time as the clock of the mock has it, and random ids.
struct Source {
    clock: Clock,
    ids: SystemEntropy,
}

impl Entropy for Source {
    fn now(&mut self) -> SystemTime {
        self.clock.now()
    }

    fn uuid(&mut self) -> String {
        self.ids.uuid()
    }
}

impl Front {
    fn new(address: SocketAddr, options: &MockOptions, middleware: Arc<Middleware>) -> Front {
        Front {
            state: Mutex::new((
                State::new(options.settings.clone()),
                Source {
                    clock: options.clock.clone(),
                    ids: SystemEntropy::default(),
                },
            )),
            clock: options.clock.clone(),
            auth: options.auth,
            account: options.settings.account.clone(),
            authority: address.to_string(),
            middleware,
        }
    }

    fn answer(&self, mut request: Request<Bytes>) -> Response<Bytes> {
        if self.auth {
            let identity = self.identity(&request);
            request.extensions_mut().insert(identity);
        }
        (self.middleware)(request, &|request| {
            let mut guard = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let (state, entropy) = &mut *guard;
            reference::answer(state, &request, entropy)
        })
    }

    fn identity(&self, request: &Request<Bytes>) -> Identity {
        let known = |key: &str| match key {
            CALLER | DENIED | OTHER => Some(Credentials::new(key, key)),
            EXPIRED => Some(Credentials::new(key, key).with_token(key)),
            _ => None,
        };
        match sign::verify(request, &self.authority, known, self.clock.now()) {
            Verified::Good { access_key_id, .. } if access_key_id == EXPIRED => {
                Identity::ExpiredToken
            }
            Verified::Good { access_key_id, .. } if access_key_id == DENIED => Identity::Denied {
                arn: "arn:aws:iam::123456789012:user/denied".to_owned(),
            },
            Verified::Good { access_key_id, .. } if access_key_id == OTHER => {
                let account = other_account(&self.account).to_owned();
                Identity::Foreign {
                    arn: format!("arn:aws:iam::{account}:user/other"),
                    account,
                }
            }
            Verified::Good { .. } => Identity::Trusted,
            Verified::Missing => Identity::Missing,
            Verified::Malformed { .. } => Identity::Malformed,
            Verified::UnknownKey { .. } | Verified::BadToken => Identity::UnknownKey,
            Verified::Skewed { signed, now } => Identity::Skew { signed, now },
            Verified::WrongSignature => Identity::WrongSignature,
        }
    }
}
