//! What is refused, and by which exception.

use aws_sdk_lambda::{
    config::Credentials, error::ProvideErrorMetadata,
    operation::get_function_configuration::GetFunctionConfigurationError, types::ThrottleReason,
};

use crate::{
    mock::REGION,
    world::{ACCOUNT, World, arn, told},
};

const CONFLICT: &str =
    "The derived qualifier from the function name does not match the specified qualifier.";

#[tokio::test]
async fn what_is_not_there() {
    let world = World::new(&["--auth"]);
    world.create("f").await;
    let long = "a".repeat(65);
    let partial = format!("{ACCOUNT}:function:absent");
    let nameless = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function");
    for (asked, qualifier, name, echoed) in [
        ("absent", None, "absent", None),
        (&*partial, None, "absent", None),
        (&*arn("absent", None), Some("1"), "absent", Some("1")),
        ("absent:live", None, "absent", Some("live")),
        ("absent:$LATEST", None, "absent", Some("$LATEST")),
        (&*long, None, &*long, None),
        (&*nameless, None, "function", None),
        ("f", Some("1"), "f", Some("1")),
        ("f", Some("live"), "f", Some("live")),
        ("f", Some("$latest"), "f", Some("$latest")),
        ("f:7", Some("7"), "f", Some("7")),
    ] {
        let message = format!("Function not found: {}", arn(name, echoed));
        world.absent(asked, qualifier, &message).await;
    }
    let elsewhere = format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f");
    let message =
        format!("Functions from 'eu-west-1' are not reachable in this region ('{REGION}')");
    world.absent(&elsewhere, None, &message).await;
}

#[tokio::test]
async fn two_qualifiers_that_differ() {
    let world = World::new(&["--auth"]);
    world.create("f").await;
    let partial = format!("{ACCOUNT}:function:f:1");
    let full = arn("f", Some("$LATEST"));
    for (name, qualifier) in [
        ("f:1", "2"),
        (&*partial, "live"),
        (&*full, "1"),
        ("f:$LATEST", "$latest"),
        // told before it is looked for
        ("absent:1", "2"),
    ] {
        let error = world.try_read(name, Some(qualifier)).await.unwrap_err();
        told(&error, 400, "InvalidParameterValueException", CONFLICT);
        let GetFunctionConfigurationError::InvalidParameterValueException(error) =
            error.into_service_error()
        else {
            panic!("another exception for {name} with {qualifier}");
        };
        assert_eq!(
            (error.r#type(), error.message()),
            (Some("User"), Some(CONFLICT))
        );
    }
}

#[tokio::test]
async fn what_is_malformed() {
    let world = World::new(&["--auth"]);
    let long = "a".repeat(129);
    let twice = arn("f", Some("1:2"));
    let at = |member: &str, value: &str, constraint: &str| {
        format!(
            "Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"
        )
    };
    let pattern = "satisfy regular expression pattern: ";
    for (name, qualifier, parts) in [
        (
            "my-function!",
            None,
            vec![at("functionName", "my-function!", pattern)],
        ),
        ("*", None, vec![at("functionName", "*", pattern)]),
        ("a/b", None, vec![at("functionName", "a/b", pattern)]),
        (&*twice, None, vec![at("functionName", &twice, pattern)]),
        (
            "f",
            Some("invalid!"),
            vec![at("qualifier", "invalid!", pattern)],
        ),
        (
            "f",
            Some(&*long),
            vec![at(
                "qualifier",
                &long,
                "have length less than or equal to 128",
            )],
        ),
        (
            "f!",
            Some("q!"),
            vec![
                at("functionName", "f!", pattern),
                at("qualifier", "q!", pattern),
            ],
        ),
        // told before the conflict
        ("f:1!", Some("2"), vec![at("functionName", "f:1!", pattern)]),
    ] {
        let error = world.try_read(name, qualifier).await.unwrap_err();
        let message = error.message().unwrap().to_owned();
        told(&error, 400, "ValidationException", &message);
        let plural = if parts.len() == 1 { "" } else { "s" };
        let said = message
            .strip_prefix(&format!(
                "{} validation error{plural} detected: ",
                parts.len()
            ))
            .unwrap();
        let said: Vec<&str> = said.split("; ").collect();
        assert_eq!(said.len(), parts.len(), "{message}");
        for (said, part) in said.iter().zip(&parts) {
            assert!(said.starts_with(part), "{said}\n{part}");
        }
        // the model of the operation does not have this exception
        let untyped = error.into_service_error();
        assert!(
            !untyped.is_invalid_parameter_value_exception()
                && !untyped.is_resource_not_found_exception()
        );
    }
}

#[tokio::test]
async fn faults() {
    let world = World::new(&["--auth", "--faults"]);
    world.create("f").await;
    let fault = async |name: &'static str| {
        let read = world
            .client
            .get_function_configuration()
            .function_name("f")
            .customize();
        let asking = read.mutate_request(move |request| {
            request
                .headers_mut()
                .insert("x-lambda-conformance-fault", name);
        });
        asking.send().await.unwrap_err()
    };
    let error = fault("throttle").await;
    told(&error, 429, "TooManyRequestsException", "Rate exceeded");
    let GetFunctionConfigurationError::TooManyRequestsException(error) = error.into_service_error()
    else {
        panic!("another exception");
    };
    assert_eq!(
        (error.r#type(), error.retry_after_seconds()),
        (Some("User"), None)
    );
    assert_eq!(
        error.reason(),
        Some(&ThrottleReason::CallerRateLimitExceeded)
    );
    let error = fault("internal").await;
    told(
        &error,
        500,
        "ServiceException",
        "An error occurred and the request cannot be processed.",
    );
    assert!(error.into_service_error().is_service_exception());
    assert_eq!(world.read("f", None).await.name, "f");
}

#[tokio::test]
async fn who_is_turned_away() {
    let signature = "The request signature we calculated does not match the signature you provided. Check your AWS \
                     Secret Access Key and signing method. Consult the service documentation for details.";
    let token = "The security token included in the request is invalid.";
    let people = [
        (
            Some(Credentials::from_keys("test", "wrong", None)),
            "InvalidSignatureException",
            signature,
        ),
        (
            Some(Credentials::from_keys("AKIDNOBODYKNOWS00000", "test", None)),
            "UnrecognizedClientException",
            token,
        ),
        // `test` has no session
        (
            Some(Credentials::from_keys(
                "test",
                "test",
                Some("stale".to_owned()),
            )),
            "UnrecognizedClientException",
            token,
        ),
        (
            None,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
    ];
    let strict = World::new(&["--auth"]);
    let open = World::new(&[]);
    strict.create("f").await;
    open.create("f").await;
    for (credentials, code, message) in people {
        let client = strict.mock.client_of(credentials.clone(), &strict.sent);
        // one that is there, one that is not, and a name that is none: told before any of it is looked at
        for name in ["f", "absent", "f!"] {
            let error = client
                .get_function_configuration()
                .function_name(name)
                .send()
                .await
                .unwrap_err();
            told(&error, 403, code, message);
        }
        // without --auth nobody is
        let client = open.mock.client_of(credentials, &open.sent);
        let read = client
            .get_function_configuration()
            .function_name("f")
            .send()
            .await
            .unwrap();
        assert_eq!(read.function_name(), Some("f"));
    }
}
