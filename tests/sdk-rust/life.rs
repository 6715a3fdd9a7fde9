//! From creation to deletion: what answers say on the way, how waiters wait, and what gives a new revision.

use std::collections::BTreeSet;

use aws_sdk_lambda::{
    client::Waiters,
    operation::{
        RequestId, delete_function::DeleteFunctionError,
        update_function_configuration::UpdateFunctionConfigurationError,
    },
    primitives::Blob,
    types::{
        Architecture, Environment, FunctionConfiguration, LogFormat, PackageType, Runtime,
        SnapStartApplyOn, SnapStartOptimizationStatus, TracingMode,
    },
};

use crate::{
    configuration::Configuration,
    world::{PATIENCE, ROLE, World, ZIP, ZIP_SHA256, arn, is_timestamp, is_uuid, told},
};

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
