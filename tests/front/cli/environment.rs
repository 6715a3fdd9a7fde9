//! What is taken from the environment, and what is not.

use rstest::rstest;

use crate::{
    front::{Act, Front},
    process::run_with,
    world::Mock,
};

/// A case that every target can be asked; it needs no fixture.
const ONE: &str = "*/name-formats/absent/plain+bare";

#[rstest]
#[case(&["AWS_ENDPOINT_URL_LAMBDA"])]
#[case(&["AWS_ENDPOINT_URL"])]
fn run_takes_the_endpoint_of_the_environment(#[case] names: &[&str]) {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, _| Act::Forward);
    let url = front.url();
    let variables: Vec<(&str, &str)> = names.iter().map(|name| (*name, url.as_str())).collect();
    let ended = run_with(&variables, &["run", ONE]);
    assert!(
        ended.stdout.contains(&format!(" on endpoint ({url})")),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    assert!(!front.received().is_empty());
}

#[test]
fn the_endpoint_of_the_service_goes_before_that_of_all_services_and_an_option_before_both() {
    let mock = Mock::start(&[]);
    let fronts = [(); 3].map(|()| Front::start(Some(mock.address), |_, _| Act::Forward));
    let [option, service, all] = fronts.each_ref().map(Front::url);
    let variables = [
        ("AWS_ENDPOINT_URL_LAMBDA", service.as_str()),
        ("AWS_ENDPOINT_URL", all.as_str()),
    ];
    let used = |arguments: &[&str]| {
        let before = fronts.each_ref().map(|front| front.received().len());
        let ended = run_with(&variables, arguments);
        assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
        let after = fronts.each_ref().map(|front| front.received().len());
        [0, 1, 2].map(|at| after[at] > before[at])
    };
    assert_eq!(used(&["run", ONE]), [false, true, false]);
    assert_eq!(
        used(&["run", ONE, "--endpoint", &option]),
        [true, false, false]
    );
    assert_eq!(
        used(&["run", ONE, "--target", "mock"]),
        [false, false, false]
    );
}

#[rstest]
#[case(&[], &[], "us-east-1")]
#[case(&[("AWS_DEFAULT_REGION", "eu-west-3")], &[], "eu-west-3")]
#[case(&[("AWS_DEFAULT_REGION", "eu-west-3"), ("AWS_REGION", "ap-south-1")], &[], "ap-south-1")]
#[case(&[("AWS_REGION", "ap-south-1")], &["--region", "sa-east-1"], "sa-east-1")]
#[case(&[("AWS_REGION", "")], &[], "us-east-1")]
fn the_region_is_that_of_the_option_or_of_the_environment(
    #[case] variables: &[(&str, &str)],
    #[case] flags: &[&str],
    #[case] region: &str,
) {
    let mock = Mock::start(&["--region", region]);
    let front = Front::start(Some(mock.address), |_, _| Act::Forward);
    let url = front.url();
    let ended = run_with(
        variables,
        &[&["run", ONE, "--endpoint", &url], flags].concat(),
    );
    assert!(
        ended.stdout.contains(&format!(", region {region}, ")),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    let signed = format!("/{region}/lambda/aws4_request");
    assert!(
        front.received()[0].contains(&signed),
        "{}",
        front.received()[0]
    );
}

#[test]
fn an_unknown_variable_and_an_empty_one_change_nothing() {
    let variables = [
        ("AWS_ENDPOINT_URL_LAMBDA", ""),
        ("AWS_ENDPOINT_URL", ""),
        ("AWS_PROFILE", "nobody"),
    ];
    let ended = run_with(&variables, &["run", ONE]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains(" on mock ("), "{}", ended.stdout);
}

/// The proxy is how the test sees what would leave the machine.
#[rstest]
#[case(&["run", "--endpoint", "https://lambda.us-east-1.amazonaws.com"], &[])]
#[case(&["run", "--endpoint", "http://lambda.us-east-1.amazonaws.com."], &[])]
#[case(&["run", "--target", "aws"], &[])]
#[case(&["run"], &[("AWS_ENDPOINT_URL_LAMBDA", "https://lambda.us-east-1.amazonaws.com")])]
#[case(&["run"], &[("AWS_ENDPOINT_URL", "https://vpce-1.lambda.us-east-1.vpce.amazonaws.com")])]
fn a_live_account_is_not_called_without_consent(
    #[case] arguments: &[&str],
    #[case] variables: &[(&str, &str)],
) {
    let proxy = Front::answering(502, "");
    let url = proxy.url();
    let mut all = vec![
        ("AWS_ACCESS_KEY_ID", "AKIDCANARY"),
        ("AWS_SECRET_ACCESS_KEY", "secret-canary"),
    ];
    all.extend(
        [
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "http_proxy",
            "https_proxy",
            "ALL_PROXY",
        ]
        .map(|name| (name, url.as_str())),
    );
    all.extend_from_slice(variables);
    let ended = run_with(&all, arguments);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (2, ""),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("--allow-live"), "{}", ended.stderr);
    assert_eq!(proxy.received(), [""; 0]);
}

/// With consent it would be called: the same line reaches the proxy then, which shows that the test above can see.
#[test]
fn consent_is_all_that_is_missing() {
    let proxy = Front::answering(502, "");
    let url = proxy.url();
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIDCANARY"),
        ("AWS_SECRET_ACCESS_KEY", "secret-canary"),
        ("HTTP_PROXY", &url),
    ];
    let endpoint = "http://lambda.us-east-1.amazonaws.com";
    run_with(
        &variables,
        &["run", ONE, "--endpoint", endpoint, "--allow-live"],
    );
    assert!(
        proxy.received()[0].starts_with(&format!("GET {endpoint}/2015-03-31/functions/")),
        "{:?}",
        proxy.received()
    );
}

#[test]
fn a_proxy_is_not_used_for_this_machine() {
    let proxy = Front::answering(502, "");
    let mock = Mock::start(&[]);
    let proxied = proxy.url();
    let ended = run_with(
        &[
            ("HTTP_PROXY", &proxied),
            ("http_proxy", &proxied),
            ("ALL_PROXY", &proxied),
        ],
        &["run", ONE, "--endpoint", &mock.url()],
    );
    assert_eq!(
        (ended.code, proxy.received().len()),
        (0, 0),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
}
