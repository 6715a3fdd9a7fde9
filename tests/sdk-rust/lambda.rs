//! The AWS SDK for Rust against `lambda-conformance mock`: what its users see of the reference.
//!
//! Every mock takes a second to settle and checks signatures, except where a test says otherwise.

use std::{collections::BTreeSet, fmt::Debug, time::Duration};

use aws_sdk_lambda::{
    Client,
    client::Waiters,
    config::{Credentials, http::HttpResponse},
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        RequestId,
        create_function::CreateFunctionOutput,
        delete_function::DeleteFunctionError,
        get_function_configuration::{
            GetFunctionConfigurationError, GetFunctionConfigurationOutput,
        },
        publish_version::PublishVersionOutput,
        update_function_code::UpdateFunctionCodeOutput,
        update_function_configuration::{
            UpdateFunctionConfigurationError, UpdateFunctionConfigurationOutput,
        },
    },
    primitives::Blob,
    types::{
        Architecture, Environment, FunctionCode, FunctionConfiguration, LastUpdateStatus,
        LastUpdateStatusReasonCode, LogFormat, PackageType, Runtime, SnapStartApplyOn,
        SnapStartOptimizationStatus, State, StateReasonCode, ThrottleReason, TracingMode,
    },
};

use mock::{Mock, REGION, Sent};

mod mock;

const ACCOUNT: &str = "123456789012";
const ROLE: &str = "arn:aws:iam::123456789012:role/lambda-conformance";
const BEING_CREATED: &str = "The function is being created.";
const CONFLICT: &str =
    "The derived qualifier from the function name does not match the specified qualifier.";
/// Longer than anything here takes, shorter than anybody waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// One stored file `index.py`.
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0\x8d\x170O\x1c\0\0\0\x1c\0\0\0\x08\0\0\0index.py\
    def handler(e,c):\n return e\nPK\x01\x02\x14\x03\x14\0\0\0\0\0\0\0!\0\x8d\x170O\x1c\0\0\0\x1c\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\
    \xa4\x01\0\0\0\0index.pyPK\x05\x06\0\0\0\0\x01\0\x01\06\0\0\0B\0\0\0\0\0";
const ZIP_SHA256: &str = "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=";

fn arn(name: &str, qualifier: Option<&str>) -> String {
    let suffix = qualifier
        .map(|qualifier| format!(":{qualifier}"))
        .unwrap_or_default();
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}{suffix}")
}

/// What the outputs of five operations have in common.
#[derive(Clone, Debug, PartialEq)]
struct Configuration {
    arn: String,
    name: String,
    version: String,
    revision: String,
    last_modified: String,
    description: String,
    memory: Option<i32>,
    timeout: Option<i32>,
    sha256: String,
    state: Option<State>,
    reason: Option<(String, StateReasonCode)>,
    update: Option<LastUpdateStatus>,
    update_reason: Option<(String, LastUpdateStatusReasonCode)>,
}

macro_rules! configurations {
    ($($output:ty),*) => {$(
        impl From<$output> for Configuration {
            fn from(output: $output) -> Configuration {
                let text = |member: &Option<String>| member.clone().expect("a value");
                Configuration {
                    arn: text(&output.function_arn),
                    name: text(&output.function_name),
                    version: text(&output.version),
                    revision: text(&output.revision_id),
                    last_modified: text(&output.last_modified),
                    description: text(&output.description),
                    memory: output.memory_size,
                    timeout: output.timeout,
                    sha256: text(&output.code_sha256),
                    state: output.state,
                    reason: output.state_reason.zip(output.state_reason_code),
                    update: output.last_update_status,
                    update_reason: output.last_update_status_reason.zip(output.last_update_status_reason_code),
                }
            }
        }
    )*};
}

configurations!(
    CreateFunctionOutput,
    FunctionConfiguration,
    GetFunctionConfigurationOutput,
    PublishVersionOutput,
    UpdateFunctionCodeOutput,
    UpdateFunctionConfigurationOutput
);

impl Configuration {
    fn pending(&self) -> bool {
        self.state == Some(State::Pending)
            && self.reason == Some((BEING_CREATED.to_owned(), StateReasonCode::Creating))
            && (&self.update, &self.update_reason) == (&None, &None)
    }

    fn settled(&self) -> bool {
        (&self.state, &self.reason) == (&Some(State::Active), &None)
            && (&self.update, &self.update_reason) == (&Some(LastUpdateStatus::Successful), &None)
    }

    fn in_progress(&self) -> bool {
        // `Creating` is in no model: AWS sends it all the same
        let reason = (
            BEING_CREATED.to_owned(),
            LastUpdateStatusReasonCode::from("Creating"),
        );
        (&self.state, &self.reason) == (&Some(State::Active), &None)
            && (&self.update, &self.update_reason)
                == (&Some(LastUpdateStatus::InProgress), &Some(reason))
    }
}

/// A mock, and who speaks to it.
struct World {
    mock: Mock,
    client: Client,
    sent: Sent,
}

impl World {
    fn new(flags: &[&str]) -> World {
        let mock = Mock::start(flags);
        let sent = Sent::default();
        let client = mock.client(&sent);
        World { mock, client, sent }
    }

    async fn create(&self, name: &str) -> CreateFunctionOutput {
        let code = FunctionCode::builder().zip_file(Blob::new(ZIP)).build();
        let create = self.client.create_function().function_name(name).role(ROLE);
        create
            .runtime(Runtime::Python312)
            .handler("index.handler")
            .code(code)
            .send()
            .await
            .unwrap()
    }

    async fn settled(&self, name: &str) -> Configuration {
        self.create(name).await;
        self.client
            .wait_until_function_active()
            .function_name(name)
            .wait(PATIENCE)
            .await
            .unwrap();
        self.read(name, None).await
    }

    /// Version 1, alias `live` of it, and a `$LATEST` that differs from both.
    async fn published(&self, name: &str) {
        self.settled(name).await;
        self.client
            .publish_version()
            .function_name(name)
            .description("the first")
            .send()
            .await
            .unwrap();
        self.client
            .create_alias()
            .function_name(name)
            .name("live")
            .function_version("1")
            .send()
            .await
            .unwrap();
        self.client
            .update_function_configuration()
            .function_name(name)
            .memory_size(256)
            .send()
            .await
            .unwrap();
        self.client
            .wait_until_function_updated()
            .function_name(name)
            .wait(PATIENCE)
            .await
            .unwrap();
    }

    async fn try_read(
        &self,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<GetFunctionConfigurationOutput, SdkError<GetFunctionConfigurationError, HttpResponse>>
    {
        let read = self.client.get_function_configuration().function_name(name);
        read.set_qualifier(qualifier.map(str::to_owned))
            .send()
            .await
    }

    async fn read(&self, name: &str, qualifier: Option<&str>) -> Configuration {
        self.try_read(name, qualifier).await.unwrap().into()
    }

    async fn revision(&self, name: &str, qualifier: Option<&str>) -> String {
        self.read(name, qualifier).await.revision
    }

    /// That a function, version or alias is not there, by its own exception.
    async fn absent(&self, name: &str, qualifier: Option<&str>, message: &str) {
        let error = self.try_read(name, qualifier).await.unwrap_err();
        told(&error, 404, "ResourceNotFoundException", message);
        let GetFunctionConfigurationError::ResourceNotFoundException(error) =
            error.into_service_error()
        else {
            panic!("another exception for {name}");
        };
        assert_eq!(
            (error.r#type(), error.message()),
            (Some("User"), Some(message))
        );
    }

    /// How often a waiter asked since `before`, which must be more than once.
    fn polls(&self, waiter: &str, ending: &str, before: usize) {
        let polls = self.sent.count("GET", ending) - before;
        assert!(polls >= 2, "{waiter} did not wait");
        println!("{waiter}: {polls} polls of GET …{ending}");
    }
}

/// What every refusal has.
fn told<E: ProvideErrorMetadata + Debug>(
    error: &SdkError<E, HttpResponse>,
    status: u16,
    code: &str,
    message: &str,
) {
    let answer = error
        .raw_response()
        .unwrap_or_else(|| panic!("no answer: {error:?}"));
    assert_eq!(
        (answer.status().as_u16(), error.code(), error.message()),
        (status, Some(code), Some(message))
    );
    assert_eq!(answer.headers().get("x-amzn-errortype"), Some(code));
    assert_eq!(
        answer.headers().get("content-type"),
        Some("application/json")
    );
    assert!(is_uuid(answer.headers().get("x-amzn-requestid").unwrap()));
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| b"-0123456789abcdef".contains(&byte))
}

/// `2025-04-09T10:11:27.000+0000`.
fn is_timestamp(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|char| if char.is_ascii_digit() { '0' } else { char })
        .collect();
    shape == "0000-00-00T00:00:00.000+0000" && text.ends_with("+0000")
}

#[tokio::test]
async fn from_creation_to_active() {
    let world = World::new(&["--auth"]);
    let created = world.create("f").await;
    assert!(is_uuid(created.request_id().unwrap()));
    assert_eq!(created.architectures(), [Architecture::X8664]);
    assert_eq!(created.code_size(), i64::try_from(ZIP.len()).unwrap());
    assert_eq!(
        created.ephemeral_storage().map(|storage| storage.size()),
        Some(512)
    );
    assert_eq!(created.handler(), Some("index.handler"));
    let logging = created.logging_config().unwrap();
    assert_eq!(
        (logging.log_format(), logging.log_group()),
        (Some(&LogFormat::Text), Some("/aws/lambda/f"))
    );
    assert_eq!(created.package_type(), Some(&PackageType::Zip));
    assert_eq!(created.role(), Some(ROLE));
    assert_eq!(created.runtime(), Some(&Runtime::Python312));
    let snap = created.snap_start().unwrap();
    assert_eq!(snap.apply_on(), Some(&SnapStartApplyOn::None));
    assert_eq!(
        snap.optimization_status(),
        Some(&SnapStartOptimizationStatus::Off)
    );
    assert_eq!(
        created.tracing_config().and_then(|tracing| tracing.mode()),
        Some(&TracingMode::PassThrough)
    );
    let runtime = created
        .runtime_version_config()
        .and_then(|runtime| runtime.runtime_version_arn())
        .unwrap();
    assert_eq!(
        runtime
            .strip_prefix("arn:aws:lambda:us-east-1::runtime:")
            .map(str::len),
        Some(64)
    );
    // null on the wire
    assert!(
        created.environment().is_none()
            && created.vpc_config().is_none()
            && created.layers().is_empty()
    );
    assert_eq!(
        (
            created.kms_key_arn(),
            created.master_arn(),
            created.signing_job_arn()
        ),
        (None, None, None)
    );

    let created = Configuration::from(created);
    assert!(created.pending(), "{created:?}");
    assert_eq!((&*created.arn, &*created.name), (&*arn("f", None), "f"));
    assert_eq!(
        (&*created.version, &*created.description, &*created.sha256),
        ("$LATEST", "", ZIP_SHA256)
    );
    assert_eq!((created.memory, created.timeout), (Some(128), Some(3)));
    assert!(
        is_uuid(&created.revision) && is_timestamp(&created.last_modified),
        "{created:?}"
    );
    assert_eq!(world.read("f", None).await, created);

    let before = world.sent.count("GET", "/functions/f/configuration");
    let last = world
        .client
        .wait_until_function_active()
        .function_name("f")
        .wait(PATIENCE)
        .await
        .unwrap();
    world.polls("function_active", "/functions/f/configuration", before);
    let active = Configuration::from(last.into_result().unwrap());
    assert!(active.settled(), "{active:?}");
    assert_ne!(active.revision, created.revision);
    let unchanged = Configuration {
        revision: active.revision.clone(),
        state: active.state.clone(),
        reason: None,
        update: active.update.clone(),
        ..created
    };
    assert_eq!(active, unchanged);
    assert_eq!(world.read("f", None).await, active);
}

#[tokio::test]
async fn from_update_to_successful() {
    let world = World::new(&["--auth"]);
    let before = world.settled("f").await;
    let environment = Environment::builder().variables("KEY", "value").build();
    let update = world
        .client
        .update_function_configuration()
        .function_name("f")
        .description("changed");
    let updated = update
        .timeout(7)
        .environment(environment)
        .send()
        .await
        .unwrap();
    let variables = updated
        .environment()
        .and_then(|environment| environment.variables())
        .unwrap();
    assert_eq!(variables.get("KEY").map(String::as_str), Some("value"));
    let updated = Configuration::from(updated);
    assert!(updated.in_progress(), "{updated:?}");
    assert!(updated.revision != before.revision && updated.last_modified > before.last_modified);
    assert_eq!(
        (&*updated.description, updated.timeout, updated.memory),
        ("changed", Some(7), Some(128))
    );
    assert_eq!(world.read("f", None).await, updated);

    let error = world
        .client
        .update_function_configuration()
        .function_name("f")
        .timeout(8)
        .send()
        .await
        .unwrap_err();
    let busy =
        "The operation cannot be performed at this time. An update is in progress for resource: ";
    told(
        &error,
        409,
        "ResourceConflictException",
        &format!("{busy}{}", arn("f", None)),
    );
    let typed = error.into_service_error();
    assert!(matches!(
        typed,
        UpdateFunctionConfigurationError::ResourceConflictException(_)
    ));

    let asked = world.sent.count("GET", "/functions/f/configuration");
    world
        .client
        .wait_until_function_updated()
        .function_name("f")
        .wait(PATIENCE)
        .await
        .unwrap();
    world.polls("function_updated", "/functions/f/configuration", asked);
    let after = world.read("f", None).await;
    assert!(after.settled(), "{after:?}");
    assert!(after.revision != updated.revision && after.revision != before.revision);
    let revision = after.revision.clone();
    let settled = Configuration {
        revision,
        update: after.update.clone(),
        update_reason: None,
        ..updated
    };
    assert_eq!(after, settled);
}

#[tokio::test]
async fn the_waiters_of_today_wait_too() {
    let world = World::new(&["--auth"]);
    let client = &world.client;
    world.create("f").await;
    let (whole, version) = ("/functions/f", "/functions/f/configuration?Qualifier=1");
    client
        .wait_until_function_active_v2()
        .function_name("f")
        .wait(PATIENCE)
        .await
        .unwrap();
    world.polls("function_active_v2", whole, 0);
    client
        .update_function_configuration()
        .function_name("f")
        .timeout(4)
        .send()
        .await
        .unwrap();
    let asked = world.sent.count("GET", whole);
    client
        .wait_until_function_updated_v2()
        .function_name("f")
        .wait(PATIENCE)
        .await
        .unwrap();
    world.polls("function_updated_v2", whole, asked);
    let read: Configuration = client
        .get_function()
        .function_name("f")
        .send()
        .await
        .unwrap()
        .configuration
        .unwrap()
        .into();
    assert_eq!(read, world.read("f", None).await);

    let code = client
        .update_function_code()
        .function_name("f")
        .zip_file(Blob::new(ZIP))
        .publish(true);
    let published = Configuration::from(code.send().await.unwrap());
    assert!(published.pending(), "{published:?}");
    assert_eq!(
        (&*published.version, &*published.arn),
        ("1", &*arn("f", Some("1")))
    );
    let latest = world.read("f", None).await;
    assert!(
        latest.in_progress() && latest.revision != published.revision,
        "{latest:?}"
    );
    assert_eq!(world.read("f", Some("1")).await, published);
    let asked = world.sent.count("GET", version);
    let wait = client
        .wait_until_published_version_active()
        .function_name("f")
        .qualifier("1");
    wait.wait(PATIENCE).await.unwrap();
    world.polls("published_version_active", version, asked);
    let settled = world.read("f", Some("1")).await;
    assert!(
        settled.settled() && settled.revision != published.revision,
        "{settled:?}"
    );
}

#[tokio::test]
async fn a_version_and_an_alias_and_what_gives_a_new_revision() {
    let world = World::new(&["--auth"]);
    let client = &world.client;
    let first = world.settled("f").await;
    let version: Configuration = client
        .publish_version()
        .function_name("f")
        .description("the first")
        .send()
        .await
        .unwrap()
        .into();
    let expected = Configuration {
        arn: arn("f", Some("1")),
        version: "1".to_owned(),
        description: "the first".to_owned(),
        revision: version.revision.clone(),
        last_modified: version.last_modified.clone(),
        ..first.clone()
    };
    assert_eq!(version, expected);
    let second = world.revision("f", None).await;
    assert_eq!(
        BTreeSet::from([&first.revision, &version.revision, &second]).len(),
        3
    );
    let again: Configuration = client
        .publish_version()
        .function_name("f")
        .description("unread")
        .send()
        .await
        .unwrap()
        .into();
    assert_eq!(again, version);

    let alias = client
        .create_alias()
        .function_name("f")
        .name("live")
        .function_version("1")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (alias.alias_arn(), alias.function_version()),
        (Some(&*arn("f", Some("live"))), Some("1"))
    );
    assert_eq!(
        (alias.name(), alias.description()),
        (Some("live"), Some(""))
    );
    let of_alias = alias.revision_id().unwrap();
    assert!(is_uuid(of_alias) && of_alias != version.revision && of_alias != second);
    let live = world.read("f", Some("live")).await;
    assert_eq!(
        live,
        Configuration {
            arn: arn("f", Some("live")),
            ..version.clone()
        }
    );
    assert_eq!(
        world.revision("f", None).await,
        second,
        "neither a second publication nor an alias revises it"
    );

    client
        .update_function_configuration()
        .function_name("f")
        .memory_size(256)
        .send()
        .await
        .unwrap();
    client
        .wait_until_function_updated()
        .function_name("f")
        .wait(PATIENCE)
        .await
        .unwrap();
    assert_eq!(world.read("f", Some("1")).await, version);
    let third = world.revision("f", None).await;
    assert_ne!(third, second);
    let stale = client
        .update_function_configuration()
        .function_name("f")
        .timeout(9)
        .revision_id(&second);
    let error = stale.send().await.unwrap_err();
    let message = "The Revision Id provided does not match the latest Revision Id. \
                   Call the GetFunction/GetAlias API to retrieve the latest Revision Id";
    told(&error, 412, "PreconditionFailedException", message);
    assert_eq!(world.revision("f", None).await, third);

    assert_eq!(
        client
            .publish_version()
            .function_name("f")
            .send()
            .await
            .unwrap()
            .version(),
        Some("2")
    );
    let moved = client
        .update_alias()
        .function_name("f")
        .name("live")
        .function_version("2")
        .send()
        .await
        .unwrap();
    assert_ne!(moved.revision_id(), Some(of_alias));
    let live = world.read("f", Some("live")).await;
    assert_eq!((&*live.version, live.memory), ("2", Some(256)));
    let listed = client
        .list_versions_by_function()
        .function_name("f")
        .send()
        .await
        .unwrap();
    let versions: Vec<_> = listed
        .versions()
        .iter()
        .filter_map(FunctionConfiguration::version)
        .collect();
    assert_eq!(versions, ["$LATEST", "1", "2"]);
}

#[tokio::test]
async fn every_format_with_every_qualifier() {
    // with and without: the SDK escapes `:` and `$` in the path, and signs what it escapes
    for flags in [&["--auth"][..], &[]] {
        let world = World::new(flags);
        world.published("f").await;
        let formats = [
            "f".to_owned(),
            "function:f".to_owned(),
            format!("{ACCOUNT}:f"),
            format!("{ACCOUNT}:function:f"),
            format!("{REGION}:{ACCOUNT}:function:f"),
            arn("f", None),
        ];
        let mut due = Vec::new();
        for (qualifier, version, memory, description) in [
            (None, "$LATEST", 256, ""),
            (Some("$LATEST"), "$LATEST", 256, ""),
            (Some("1"), "1", 128, "the first"),
            (Some("live"), "1", 128, "the first"),
        ] {
            let read = world.read("f", qualifier).await;
            assert_eq!(
                (&*read.version, read.memory, &*read.description),
                (version, Some(memory), description)
            );
            assert_eq!((&*read.name, &*read.arn), ("f", &*arn("f", qualifier)));
            assert!(read.settled(), "{read:?}");
            due.push((qualifier, read));
        }
        let [latest, same, version, alias] =
            [0, 1, 2, 3].map(|index: usize| &due[index].1.revision);
        assert!(latest == same && version == alias && latest != version);

        let mut reads = 0;
        for format in &formats {
            for (qualifier, due) in &due {
                let suffixed = qualifier.map(|qualifier| format!("{format}:{qualifier}"));
                let mut ways = vec![(format.as_str(), *qualifier)];
                if let Some(suffixed) = &suffixed {
                    ways.extend([(suffixed.as_str(), None), (suffixed.as_str(), *qualifier)]);
                }
                for (name, qualifier) in ways {
                    assert_eq!(
                        &world.read(name, qualifier).await,
                        due,
                        "{name} with {qualifier:?}"
                    );
                    reads += 1;
                }
            }
        }
        assert_eq!(reads, formats.len() * (1 + 3 * 3));
        let last = world.sent.last();
        let escaped = "function%3Af%3Alive/configuration?Qualifier=live";
        assert!(last.ends_with(escaped), "the SDK escapes no longer: {last}");
    }
}

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
async fn deletion() {
    let world = World::new(&["--auth"]);
    let client = &world.client;
    world.published("f").await;
    let error = client
        .delete_function()
        .function_name("f")
        .qualifier("1")
        .send()
        .await
        .unwrap_err();
    let used = "Unable to delete version because the following aliases reference it: [live]";
    told(&error, 409, "ResourceConflictException", used);
    assert!(matches!(
        error.into_service_error(),
        DeleteFunctionError::ResourceConflictException(_)
    ));
    let error = client
        .delete_function()
        .function_name("f")
        .qualifier("$LATEST")
        .send()
        .await
        .unwrap_err();
    let latest = "$LATEST version cannot be deleted without deleting the function.";
    told(&error, 400, "InvalidParameterValueException", latest);

    let revision = world.revision("f", None).await;
    let gone = |qualifier| format!("Function not found: {}", arn("f", qualifier));
    // the second time there is none
    for _ in 0..2 {
        client
            .delete_alias()
            .function_name("f")
            .name("live")
            .send()
            .await
            .unwrap();
    }
    world.absent("f", Some("live"), &gone(Some("live"))).await;
    assert_eq!(world.read("f", Some("1")).await.version, "1");
    for _ in 0..2 {
        client
            .delete_function()
            .function_name("f")
            .qualifier("1")
            .send()
            .await
            .unwrap();
    }
    world.absent("f:1", None, &gone(Some("1"))).await;
    assert_eq!(world.revision("f", None).await, revision);

    client
        .delete_function()
        .function_name("f")
        .send()
        .await
        .unwrap();
    for qualifier in [None, Some("1"), Some("live"), Some("$LATEST")] {
        world.absent("f", qualifier, &gone(qualifier)).await;
    }
    let error = client
        .delete_function()
        .function_name("f")
        .send()
        .await
        .unwrap_err();
    told(&error, 404, "ResourceNotFoundException", &gone(None));
    assert!(matches!(
        error.into_service_error(),
        DeleteFunctionError::ResourceNotFoundException(_)
    ));
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
