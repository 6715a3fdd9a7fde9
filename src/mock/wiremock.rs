//! The reference on a [`MockServer`] of wiremock, for tests that have one.

use std::sync::Arc;

use http::Request;
use wiremock::{Mock, MockServer, Respond, ResponseTemplate, matchers};

use super::{Front, MockOptions, target};
use crate::target::Target;

/// Makes `server` answer every request as Lambda does. Returns it as a target.
///
/// What is mounted before goes first, so a test can put single wrong answers in front of the right ones.
///
/// Two things to know of wiremock:
///
/// - It keeps every request, some 6 to 8 KiB each, until it is dropped. For long runs take [`super::Mock`].
/// - Dropping many servers without an `.await` between that really waits may hang. A
///   `tokio::task::yield_now().await` before each drop avoids that.
///
/// It also hands on paths as its URL library writes them, so `..` in a path is gone before the reference sees it.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use lambda_conformance::mock::{self, MockOptions};
///
/// let server = wiremock::MockServer::start().await;
/// let target = mock::wiremock::mount(&server, MockOptions::default()).await;
/// assert_eq!(target.endpoint.to_string(), server.uri());
/// # })
/// ```
pub async fn mount(server: &MockServer, options: MockOptions) -> Target {
    let front = Front::new(
        *server.address(),
        &options,
        Arc::new(|request, mock| mock(request)),
    );
    Mock::given(matchers::any())
        .respond_with(Reference(front))
        .mount(server)
        .await;
    target(*server.address(), &options)
}

struct Reference(Front);

impl Respond for Reference {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        let url = &request.url;
        let origin = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let mut asked = Request::new(request.body.clone().into());
        *asked.method_mut() = request.method.clone();
        *asked.headers_mut() = request.headers.clone();
        match origin.parse() {
            Ok(uri) => *asked.uri_mut() = uri,
            // a URL that is none of HTTP cannot have come over HTTP
            Err(_) => return ResponseTemplate::new(400),
        }
        let answer = self.0.answer(asked);
        let mut template = ResponseTemplate::new(answer.status().as_u16());
        for (name, value) in answer.headers() {
            template = template.append_header(name, value);
        }
        template.set_body_bytes(answer.into_body())
    }
}
