//! The reference behind a real socket: what a run without a target talks to.
//!
//! A small hyper server whose memory stays flat. Knows sockets and signatures; what is answered is the reference's business.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    reference::{self, Identity, Settings, State, SystemEntropy},
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
/// The largest body that is read: what AWS takes for a zip in a request, and its envelope.
const LARGEST: usize = 70 * 1024 * 1024;

/// How the mock behaves.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the reference is told of itself.
    pub settings: Settings,
    /// Whether signatures are checked. Only the callers of [`Mock::target`] are known then.
    pub auth: bool,
}

impl Options {
    /// Everything that the mock can do, with functions that settle slowly enough to be read before they have.
    pub fn embedded(settings: Settings) -> Options {
        Options {
            settings: Settings {
                settle: Duration::from_millis(280),
                faults: true,
                state_control: true,
                ..settings
            },
            auth: true,
        }
    }
}

/// Changes an answer before it is sent, so that a test can see whether a deviation is noticed.
pub type Deviation = dyn Fn(&Request<Bytes>, Response<Bytes>) -> Response<Bytes> + Send + Sync;

/// A mock that listens until it is dropped.
pub struct Mock {
    address: SocketAddr,
    options: Options,
    server: JoinHandle<()>,
}

impl Mock {
    /// Listens on 127.0.0.1; port 0 takes a free one. Must be called within a tokio runtime.
    pub async fn start(port: u16, options: Options) -> io::Result<Mock> {
        Mock::deviating(port, options, Arc::new(|_, answer| answer)).await
    }

    /// The same, with every answer changed by `deviation`.
    pub async fn deviating(
        port: u16,
        options: Options,
        deviation: Arc<Deviation>,
    ) -> io::Result<Mock> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let front = Arc::new(Front {
            state: Mutex::new((
                State::new(options.settings.clone()),
                SystemEntropy::default(),
            )),
            auth: options.auth,
            account: options.settings.account.clone(),
            authority: address.to_string(),
            deviation,
        });
        let server = tokio::spawn(serve(listener, front));
        Ok(Mock {
            address,
            options,
            server,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The mock as a target, with what it can do and who may call it.
    pub fn target(&self) -> Target {
        let endpoint = format!("http://{}", self.address)
            .parse()
            .expect("invariant: an address of a socket makes a URL");
        let settings = &self.options.settings;
        let mut target = Target::new(
            "mock",
            endpoint,
            &settings.region,
            Credentials::new(CALLER, CALLER),
        );
        if settings.faults {
            target.capabilities.insert("fault-injection".to_owned());
        }
        if settings.state_control {
            target.capabilities.insert("state-control".to_owned());
        }
        if self.options.auth {
            for capability in ["auth", "denied-identity", "expired-token", "second-account"] {
                target.capabilities.insert(capability.to_owned());
            }
            target.identities = Identities {
                caller: Credentials::new(CALLER, CALLER),
                denied: Some(Credentials::new(DENIED, DENIED)),
                expired: Some(Credentials::new(EXPIRED, EXPIRED).with_token(EXPIRED)),
                other: Some(Credentials::new(OTHER, OTHER)),
            };
        }
        target
    }

    /// Waits until the server ends, which it never does by itself.
    pub async fn wait(mut self) {
        // a panic in the server has been printed where it happened
        let _ = (&mut self.server).await;
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.server.abort();
    }
}

struct Front {
    state: Mutex<(State, SystemEntropy)>,
    auth: bool,
    account: String,
    authority: String,
    deviation: Arc<Deviation>,
}

async fn serve(listener: TcpListener, front: Arc<Front>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // out of descriptors: others will be closed soon
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // small answers must not wait for an acknowledgement; a socket that is gone already fails on its first read
        let _ = stream.set_nodelay(true);
        let front = Arc::clone(&front);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let front = Arc::clone(&front);
                async move { Ok::<_, Infallible>(front.answer(request).await) }
            });
            // a client that hangs up is no business of the server
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

impl Front {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LARGEST).collect().await else {
            let mut refused = Response::new(Full::default());
            *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            return refused;
        };
        let mut request = Request::from_parts(head, body.to_bytes());
        if self.auth {
            let identity = self.identity(&request);
            request.extensions_mut().insert(identity);
        }
        let answer = {
            let mut guard = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let (state, entropy) = &mut *guard;
            reference::answer(state, &request, entropy)
        };
        (self.deviation)(&request, answer).map(Full::new)
    }

    fn identity(&self, request: &Request<Bytes>) -> Identity {
        let known = |key: &str| match key {
            CALLER | DENIED | OTHER => Some(Credentials::new(key, key)),
            EXPIRED => Some(Credentials::new(key, key).with_token(key)),
            _ => None,
        };
        match sign::verify(request, &self.authority, known, SystemTime::now()) {
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
