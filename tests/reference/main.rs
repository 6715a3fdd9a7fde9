//! Holds the reference to what is known of AWS: the error table, the validation matrix, the
//! presence table, the examples, the ledger of revision ids, and the facts of set-up. Expectations
//! are of the contract, never of the code.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use lambda_conformance::reference::{Identity, Row, SeededEntropy, Settings, State, answer};
use serde_json::{Value, json};

mod control;
mod errors;
mod ledger;
mod members;
mod operations;
mod presence;
mod qualifiers;
mod validation;

/// The 142 bytes of contract D.1.
const ZIP: &str = "UEsDBBQAAAAAAAAAIQCNFzBPHAAAABwAAAAIAAAAaW5kZXgucHlkZWYgaGFuZGxlcihlLGMpOgogcmV0dXJuIGUKUEsBAhQDFAAAAAAAAAAhAI0XME8cAAAAHAAAAAgAAAAAAAAAAAAAAKQBAAAAAGluZGV4LnB5UEsFBgAAAAABAAEANgAAAEIAAAAAAA==";
const ZIP_SHA256: &str = "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// Another zip than [`ZIP`]: the same with the month of its directory entry changed.
fn other_zip() -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let mut bytes = STANDARD.decode(ZIP).unwrap();
    let directory = bytes
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[directory + 14] ^= 0x40;
    STANDARD.encode(bytes)
}

/// An endpoint and its clock.
struct Endpoint {
    state: State,
    entropy: SeededEntropy,
    identity: Option<Identity>,
}

/// One answer.
#[derive(Debug)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    row: Row,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// Error type and text, whichever way the text is cased.
    fn error(&self) -> (u16, String, String) {
        let body = self.json();
        let message = body.get("message").or_else(|| body.get("Message"));
        let message = message
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        (
            self.status.as_u16(),
            self.header("x-amzn-errortype")
                .unwrap_or_default()
                .to_owned(),
            message,
        )
    }
}

impl Endpoint {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    /// Where creations and updates take ten seconds.
    fn slow() -> Self {
        Self::with(Settings {
            settle: Duration::from_secs(10),
            ..Settings::default()
        })
    }

    fn with(settings: Settings) -> Self {
        // 2025-04-09T10:11:27.000Z, the time in the contract's example.
        let clock = SystemTime::UNIX_EPOCH + Duration::from_secs(1_744_193_487);
        Self {
            state: State::new(settings),
            entropy: SeededEntropy::new(7, clock),
            identity: None,
        }
    }

    /// With the settled function `f`.
    fn with_function() -> Self {
        let mut endpoint = Self::new();
        endpoint.create(json!({})).expect(201);
        endpoint
    }

    fn pass(&mut self, seconds: u64) {
        self.entropy.advance(Duration::from_secs(seconds));
    }

    fn send(&mut self, request: Request<Bytes>) -> Reply {
        let response = answer(&mut self.state, &request, &mut self.entropy);
        let row = *response
            .extensions()
            .get::<Row>()
            .expect("every answer tells its row");
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text,
            row,
        }
    }

    fn call(&mut self, method: Method, path: &str, body: Value) -> Reply {
        let body = if body.is_null() {
            Bytes::new()
        } else {
            Bytes::from(body.to_string())
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(body)
            .unwrap();
        if let Some(identity) = &self.identity {
            request.extensions_mut().insert(identity.clone());
        }
        self.send(request)
    }

    fn get(&mut self, path: &str) -> Reply {
        self.call(Method::GET, path, Value::Null)
    }

    fn post(&mut self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, body)
    }

    fn put(&mut self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path, body)
    }

    fn delete(&mut self, path: &str) -> Reply {
        self.call(Method::DELETE, path, Value::Null)
    }

    /// GetFunctionConfiguration of a name as it is, with the qualifier where there is one.
    fn read(&mut self, name: &str, qualifier: Option<&str>) -> Reply {
        self.get(&configuration_path(name, qualifier))
    }

    /// A read of `f` that succeeds.
    #[track_caller]
    fn f(&mut self, qualifier: Option<&str>) -> Value {
        self.read("f", qualifier).expect(200)
    }

    /// CreateFunction of `f`, plain but for `members`; null takes a member away.
    fn create(&mut self, members: Value) -> Reply {
        let mut body = json!({
            "FunctionName": "f",
            "Role": ROLE,
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Code": { "ZipFile": ZIP },
        });
        merge(&mut body, members);
        self.post("/2015-03-31/functions", body)
    }

    fn create_image(&mut self, members: Value) -> Reply {
        let mut body = json!({
            "PackageType": "Image",
            "Runtime": null,
            "Handler": null,
            "Code": { "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/repo:latest" },
        });
        body.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        self.create(body)
    }

    fn update(&mut self, members: Value) -> Reply {
        self.put("/2015-03-31/functions/f/configuration", members)
    }

    fn update_code(&mut self, members: Value) -> Reply {
        self.put("/2015-03-31/functions/f/code", members)
    }

    fn publish(&mut self, members: Value) -> Reply {
        self.post("/2015-03-31/functions/f/versions", members)
    }

    fn alias(&mut self, name: &str, version: &str) -> Reply {
        self.post(
            "/2015-03-31/functions/f/aliases",
            json!({ "Name": name, "FunctionVersion": version }),
        )
    }
}

fn merge(body: &mut Value, members: Value) {
    for (member, value) in members.as_object().unwrap() {
        body[member] = value.clone();
    }
    body.as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
}

/// The path as SDKs write it: everything but unreserved characters is escaped (contract F).
fn configuration_path(name: &str, qualifier: Option<&str>) -> String {
    let query = qualifier
        .map(|qualifier| format!("?Qualifier={}", escaped(qualifier)))
        .unwrap_or_default();
    format!(
        "/2015-03-31/functions/{}/configuration{query}",
        escaped(name)
    )
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[track_caller]
fn assert_uuid(text: &str) {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{text}");
    assert!(
        text.bytes()
            .all(|byte| b"0123456789abcdef-".contains(&byte)),
        "{text}"
    );
}
