//! Servers that create what is there.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use serde_json::json;

use super::{
    Change, Due, Server, afterwards, all_are_noticed, another, as_status, delete, read, sent,
    server,
};
use crate::servers::Next;

/// A server that answers a creation under a taken name in another way.
fn of_creations(
    name: &str,
    due: Due,
    refuse: impl Fn(&Request<Bytes>, Response<Bytes>, Next<'_>) -> Response<Bytes>
    + Send
    + Sync
    + 'static,
) -> Server {
    server(name, due, move |request, mock| {
        let is_creation = Change::of(&request) == Change::Creation;
        let answer = mock(request.clone());
        if is_creation && answer.status() == 409 {
            return refuse(&request, answer, mock);
        }
        answer
    })
}

fn creating() -> Vec<Server> {
    vec![
        of_creations(
            "a creation replaces",
            Ok("CREATE-TAKEN"),
            |request, _, mock| {
                mock(delete(request, ""));
                mock(request.clone())
            },
        ),
        of_creations(
            "a creation is refused and replaces",
            Ok("OP-PURPOSE"),
            |request, answer, mock| {
                mock(delete(request, ""));
                mock(request.clone());
                answer
            },
        ),
        of_creations(
            "a creation answers what is there",
            Ok("CREATE-TAKEN"),
            |request, _, mock| as_status(read(request, mock, None), 201),
        ),
        of_creations(
            "a creation is refused with 400",
            Ok("CREATE-TAKEN"),
            |_, answer, _| as_status(answer, 400),
        ),
        of_creations(
            "a creation is refused by another name",
            Ok("CREATE-TAKEN"),
            |_, mut answer, _| {
                let error = HeaderValue::from_static("ResourceAlreadyExistsException");
                answer.headers_mut().insert("x-amzn-errortype", error);
                answer
            },
        ),
        of_creations(
            "a creation is refused and changes settings",
            Ok("OP-PURPOSE"),
            |request, answer, mock| {
                let given = sent(request);
                let mut members = json!({});
                for member in [
                    "Description",
                    "MemorySize",
                    "Timeout",
                    "Environment",
                    "Handler",
                ] {
                    if !given[member].is_null() {
                        members[member] = given[member].clone();
                    }
                }
                mock(another(request, Method::PUT, "/configuration", &members));
                answer
            },
        ),
        of_creations(
            "a creation is refused and changes the code",
            Ok("OP-PURPOSE"),
            |request, answer, mock| {
                let members = json!({ "ZipFile": sent(request)["Code"]["ZipFile"] });
                mock(another(request, Method::PUT, "/code", &members));
                answer
            },
        ),
        of_creations(
            "a creation is refused and published",
            Ok("CREATE-TAKEN"),
            |request, answer, mock| {
                if sent(request)["Publish"] == true {
                    mock(another(request, Method::POST, "/versions", &json!({})));
                }
                answer
            },
        ),
        afterwards(
            "a creation is refused and gives another revision id",
            Ok("RSP-REV-MEANING"),
            |request, answer| Change::of(request) == Change::Creation && answer.status() == 409,
        ),
    ]
}

#[tokio::test]
async fn a_server_that_creates_what_is_there_is_noticed() {
    all_are_noticed(creating(), &["refused-changes"]).await;
}
