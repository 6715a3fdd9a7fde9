//! The execution role on a target that asks for one, under `cargo test`: made once, and gone after the last trial.

use std::{process::ExitCode, sync::Arc};

use crate::iam::Iam;
use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::{
    harness::Harness,
    mock::{Mock, MockOptions},
    target::Target,
};

/// A mock that looks whether the role is there.
async fn looking(iam: Arc<Iam>) -> Mock {
    let middleware = move |request: Request<Bytes>,
                           mock: &dyn Fn(Request<Bytes>) -> Response<Bytes>| {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        match iam.answer(request.method().as_str(), request.uri().path(), &body) {
            None => mock(request),
            Some((status, body)) => {
                let answer = Response::builder().status(status).body(Bytes::from(body));
                answer.expect("an answer")
            }
        }
    };
    let mock = Mock::behind(0, MockOptions::default(), Arc::new(middleware)).await;
    mock.expect("a free port")
}

fn harness<A: Into<lambda_conformance::harness::Address> + 'static>(
    iam: &Arc<Iam>,
    address: fn(&Mock) -> A,
) -> Harness {
    let iam = Arc::clone(iam);
    let start = async move || {
        let mock = looking(iam).await;
        (address(&mock), mock)
    };
    Harness::starting(start).filter("/members/")
}

#[test]
fn trials_share_one_role() {
    let iam = Arc::new(Iam::with(&[]));
    let url = |mock: &Mock| mock.target().endpoint.to_string();
    let code = harness(&iam, url).complete().run_with(&[
        "harness",
        "--test-threads",
        "8",
        "--skip",
        "/always",
    ]);
    assert_eq!(code, ExitCode::SUCCESS);
    let of_roles = iam.of_roles();
    let [created, deleted] = &of_roles[..] else {
        panic!("{of_roles:?}");
    };
    let role = created.strip_prefix("CreateRole ").expect("it comes first");
    assert_eq!(deleted.strip_prefix("DeleteRole "), Some(role));
    assert!(
        role.starts_with("lambda-conformance-") && role.ends_with("-role"),
        "{role}"
    );
    assert_eq!(iam.calls()[0], "CreateFunction");
    assert_eq!(iam.roles(), [""; 0]);
}

/// Who names a role gets no other.
#[test]
fn the_role_of_somebody_is_not_replaced() {
    let iam = Arc::new(Iam::with(&[]));
    let named = |mock: &Mock| Target {
        role: "arn:aws:iam::123456789012:role/somebody".to_owned(),
        ..mock.target()
    };
    let code = harness(&iam, named)
        .complete()
        .run_with(&["harness", "--skip", "/always"]);
    assert_eq!(code, ExitCode::from(101));
    assert_eq!(iam.of_roles(), [""; 0]);
    assert!(iam.calls().contains(&"CreateFunction".to_owned()));
}
