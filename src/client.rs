//! [`Client`]: one HTTP/1.1 request over a socket, and what came back.
//!
//! The only module that knows reqwest (and hyper's error, which is the cause inside reqwest's). Signs nothing, follows no
//! redirect, obeys no `Retry-After`, and repeats nothing but what [`Client::send`] says.

mod error;
#[cfg(feature = "tls")]
mod tls;

use std::{
    io,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use reqwest::{Url, redirect, retry};

pub use error::ClientError;

use crate::{
    note::Note,
    observation::{NoAnswer, Observation, joined},
    target::{Endpoint, Target},
    wire::{self, chain, origin_form},
};

/// How long a connection may lie idle before it is not used again. Short, because a server that closes it at the very
/// moment it is used looks like a server that closes on that request.
const IDLE: Duration = Duration::from_secs(2);

/// More than any answer of this API has: a page of fifty functions, each with 4 KiB of variables, stays below 300 KiB.
const BODY_LIMIT: usize = 1024 * 1024;

/// How a client behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// From the start of a request to the last byte of its answer.
    pub timeout: Duration,
    /// For a connection to be made, the TLS handshake included.
    pub connect_timeout: Duration,
    /// Whether writes go over the kept connection as well, so that one that sends a request at a time has a single
    /// connection: a server with one thread answers nobody else while that is open.
    pub single: bool,
}

impl Default for ClientOptions {
    fn default() -> ClientOptions {
        ClientOptions {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            single: false,
        }
    }
}

/// A way to one target. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    endpoint: Endpoint,
    timeout: Duration,
    single: bool,
    /// Keeps connections for the next request.
    pooled: reqwest::Client,
    /// Makes a connection for every request.
    fresh: reqwest::Client,
}

impl Client {
    /// A client for a target. Connects to nothing yet.
    pub fn new(target: &Target, options: ClientOptions) -> Result<Client, ClientError> {
        let endpoint = target.endpoint.clone();
        check(&endpoint)?;
        #[cfg(feature = "tls")]
        let tls = tls::configuration(&endpoint)?;
        #[cfg(not(feature = "tls"))]
        if endpoint.is_secure() {
            return Err(ClientError::NoTls {
                endpoint: endpoint.to_string(),
            });
        }
        let built = |connections_kept: usize| {
            let mut builder = reqwest::Client::builder()
                .http1_only()
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .referer(false)
                .user_agent(concat!("lambda-conformance/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(options.connect_timeout)
                .timeout(options.timeout)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(connections_kept);
            #[cfg(feature = "tls")]
            {
                builder = builder.tls_backend_preconfigured(tls.clone());
            }
            if endpoint.is_loopback() {
                builder = builder.no_proxy();
            }
            builder.build().map_err(|error| ClientError::Build {
                endpoint: endpoint.to_string(),
                reason: chain(&error),
            })
        };
        Ok(Client {
            timeout: options.timeout,
            single: options.single,
            pooled: built(usize::MAX)?,
            fresh: built(0)?,
            endpoint,
        })
    }

    /// From the start of a request to the last byte of its answer.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sends a request and reads its answer to the end. A request in origin form goes below the endpoint's base path; one
    /// that is addressed goes as it is.
    ///
    /// A `replayable` request may use a kept connection. If that is closed before the answer begins, which may be the old
    /// connection's end and no answer to the request, it is sent once more on a fresh one, and the observation notes it.
    /// Any other request goes once: on a connection of its own, unless a [single](ClientOptions::single) one is wanted.
    pub async fn send(
        &self,
        mut request: http::Request<Bytes>,
        replayable: bool,
    ) -> Result<Observation, NoAnswer> {
        let started = Instant::now();
        let written = origin_form(request.uri()).to_owned();
        wire::address(&mut request, &self.endpoint).map_err(|error| NoAnswer::Unsent {
            written,
            reason: error.to_string(),
        })?;
        let mut answered = if replayable {
            match self.attempt(&self.pooled, &request).await {
                Err(NoAnswer::Closed { reason }) => {
                    let mut observation = self.attempt(&self.fresh, &request).await?;
                    observation.notes.push(Note::Resent { reason });
                    observation
                }
                other => other?,
            }
        } else if self.single {
            self.attempt(&self.pooled, &request).await?
        } else {
            self.attempt(&self.fresh, &request).await?
        };
        answered.took = started.elapsed();
        Ok(answered)
    }

    async fn attempt(
        &self,
        client: &reqwest::Client,
        request: &http::Request<Bytes>,
    ) -> Result<Observation, NoAnswer> {
        let request = prepared(request)?;
        let mut response = client
            .execute(request)
            .await
            .map_err(|error| self.before_head(&error))?;
        let status = response.status().as_u16();
        let headers = joined(std::mem::take(response.headers_mut()));
        transferred(&headers)?;
        let mut body = BytesMut::new();
        while let Some(piece) = response
            .chunk()
            .await
            .map_err(|error| self.within_body(&error, status, body.len()))?
        {
            if body.len() + piece.len() > BODY_LIMIT {
                return Err(NoAnswer::TooLarge { limit: BODY_LIMIT });
            }
            body.extend_from_slice(&piece);
        }
        Ok(Observation::new(status, headers, body))
    }

    fn before_head(&self, error: &reqwest::Error) -> NoAnswer {
        let reason = cause(error);
        if error.is_connect() {
            NoAnswer::Connect {
                endpoint: self.endpoint.to_string(),
                reason,
            }
        } else if error.is_timeout() {
            NoAnswer::Timeout {
                after: self.timeout,
            }
        } else if source_of::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
            let hint = "if the target speaks TLS, write `https://`";
            let reason = match self.endpoint.is_secure() {
                true => reason,
                false => format!("{reason}; {hint}"),
            };
            NoAnswer::Malformed { reason }
        } else {
            NoAnswer::Closed { reason }
        }
    }

    fn within_body(&self, error: &reqwest::Error, status: u16, received: usize) -> NoAnswer {
        let reason = cause(error);
        let unreadable = source_of::<io::Error>(error).is_some_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
            )
        });
        if error.is_timeout() {
            NoAnswer::Timeout {
                after: self.timeout,
            }
        } else if unreadable {
            NoAnswer::Malformed { reason }
        } else {
            NoAnswer::Cut {
                status,
                received,
                reason,
            }
        }
    }
}

/// An answer that is encoded for its transfer in another way than in chunks, which is the only one that may come unasked, is
/// none that can be read.
fn transferred(headers: &http::HeaderMap) -> Result<(), NoAnswer> {
    let Some(coding) = headers.get(http::header::TRANSFER_ENCODING) else {
        return Ok(());
    };
    if coding.as_bytes().eq_ignore_ascii_case(b"chunked") {
        return Ok(());
    }
    let coding = String::from_utf8_lossy(coding.as_bytes());
    Err(NoAnswer::Malformed {
        reason: format!("its transfer encoding is `{coding}`, and only `chunked` may come unasked"),
    })
}

/// The same request for reqwest, or a refusal where its URL library would send other bytes.
fn prepared(request: &http::Request<Bytes>) -> Result<reqwest::Request, NoAnswer> {
    let written = origin_form(request.uri());
    let unsent = |reason: String| NoAnswer::Unsent {
        written: written.to_owned(),
        reason,
    };
    let url = Url::parse(&request.uri().to_string()).map_err(|error| unsent(error.to_string()))?;
    let sent = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    if sent != written {
        return Err(unsent(format!("the URL library would send `{sent}`")));
    }
    let mut prepared = reqwest::Request::new(request.method().clone(), url);
    *prepared.headers_mut() = request.headers().clone();
    if !request.body().is_empty() {
        *prepared.body_mut() = Some(request.body().clone().into());
    }
    Ok(prepared)
}

/// The URL library must take host and base path as they are: they are signed as they are.
fn check(endpoint: &Endpoint) -> Result<(), ClientError> {
    let written = format!("{endpoint}/");
    let used = Url::parse(&written).map_err(|error| ClientError::Build {
        endpoint: endpoint.to_string(),
        reason: error.to_string(),
    })?;
    if used.as_str() == written {
        Ok(())
    } else {
        Err(ClientError::Endpoint {
            endpoint: endpoint.to_string(),
            used: used.as_str().trim_end_matches('/').to_owned(),
        })
    }
}

/// The causes of an error, without the words of the layers that only pass it on.
fn cause(error: &reqwest::Error) -> String {
    let Some(inner) = std::error::Error::source(error) else {
        return error.to_string();
    };
    // hyper-util's own layer says `client error (Connect)`, which the kind of `NoAnswer` says already.
    let told = match inner.source() {
        Some(innermost) if inner.to_string().starts_with("client error") => chain(innermost),
        _ => chain(inner),
    };
    if told.contains("invalid peer certificate") {
        format!("{told}; if the target's CA is a private one, name its bundle in `SSL_CERT_FILE`")
    } else if told.contains("InvalidContentType") {
        format!("{told}; the target does not speak TLS there: write `http://`")
    } else {
        told
    }
}

/// The first cause of type `E`.
fn source_of<E: std::error::Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    std::iter::successors(std::error::Error::source(error), |error| error.source())
        .find_map(|error| error.downcast_ref::<E>())
}
