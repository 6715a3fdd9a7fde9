//! The reference behind a small hyper server, whose memory stays flat.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{Deviation, Front, Middleware, MockOptions, target};
use crate::target::Target;

/// The largest body that is read: what AWS takes for a zip in a request, and its envelope.
const LARGEST: usize = 70 * 1024 * 1024;

/// A mock that listens until it is dropped.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use lambda_conformance::mock::{Mock, MockOptions};
///
/// let mock = Mock::start(0, MockOptions::default()).await.expect("a free port");
/// let endpoint = format!("http://{}", mock.address());
/// # assert_eq!(endpoint, mock.target().endpoint.to_string());
/// # })
/// ```
pub struct Mock {
    address: SocketAddr,
    options: MockOptions,
    server: JoinHandle<()>,
}

impl Mock {
    /// Listens on 127.0.0.1; port 0 takes a free one. Must be called within a tokio runtime.
    pub async fn start(port: u16, options: MockOptions) -> io::Result<Mock> {
        Mock::behind(port, options, Arc::new(|request, mock| mock(request))).await
    }

    /// The same, with every answer changed by `deviation`.
    pub async fn deviating(
        port: u16,
        options: MockOptions,
        deviation: Arc<Deviation>,
    ) -> io::Result<Mock> {
        let middleware =
            move |request: Request<Bytes>, mock: &dyn Fn(Request<Bytes>) -> Response<Bytes>| {
                let answer = mock(request.clone());
                deviation(&request, answer)
            };
        Mock::behind(port, options, Arc::new(middleware)).await
    }

    /// The same, with `middleware` before it.
    pub async fn behind(
        port: u16,
        options: MockOptions,
        middleware: Arc<Middleware>,
    ) -> io::Result<Mock> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let front = Arc::new(Front::new(address, &options, middleware));
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
        target(self.address, &self.options)
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
                async move { Ok::<_, Infallible>(answer(&front, request).await) }
            });
            // a client that hangs up is no business of the server
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(front: &Front, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST).collect().await else {
        let mut refused = Response::new(Full::default());
        *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return refused;
    };
    front
        .answer(Request::from_parts(head, body.to_bytes()))
        .map(Full::new)
}
