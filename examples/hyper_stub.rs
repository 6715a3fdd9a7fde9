//! The suite on a stub that is a hyper server, which knows that there are no functions.
//!
//! `cargo run --example hyper_stub` runs a trial for each case; every one must pass.

use std::{convert::Infallible, net::SocketAddr, process::ExitCode};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use lambda_conformance::harness::Harness;
use tokio::{net::TcpListener, task::JoinHandle};

fn main() -> ExitCode {
    Harness::starting(stub)
        .operation("GetFunctionConfiguration")
        .filter("/name-formats/absent/")
        .filter("/name-formats/absent-partial-arn/plain")
        .run()
}

async fn stub() -> (String, JoinHandle<()>) {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = TcpListener::bind(free).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service =
                service_fn(|request| async move { Ok::<_, Infallible>(answer(&request)) });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (format!("http://{address}"), server)
}

fn answer(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let written = request.uri().path().split('/').nth(3).unwrap_or_default();
    let name = percent_encoding::percent_decode_str(written).decode_utf8_lossy();
    let qualifier = match request.uri().query() {
        Some(query) => format!(":{}", query.trim_start_matches("Qualifier=")),
        None => String::new(),
    };
    let name = name
        .rsplit_once("function:")
        .map_or(&*name, |(_, name)| name);
    let message = format!(
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:{name}{qualifier}"
    );
    let body = serde_json::json!({ "Type": "User", "Message": message }).to_string();
    Response::builder()
        .status(404)
        .header("content-type", "application/json")
        .header("x-amzn-errortype", "ResourceNotFoundException")
        .header("x-amzn-requestid", "6c3a1f0e-9d8b-4f47-8a3e-2b7d5c1e0f9a")
        .body(Full::from(body))
        .expect("a plain answer")
}
