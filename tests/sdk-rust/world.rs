//! [`World`]: a mock, a client of it, and what is done and asserted again and again. Knows which steps lead to a function
//! that is settled or published.

use std::{fmt::Debug, time::Duration};

use aws_sdk_lambda::{
    Client,
    client::Waiters,
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        create_function::CreateFunctionOutput,
        get_function_configuration::{
            GetFunctionConfigurationError, GetFunctionConfigurationOutput,
        },
    },
    primitives::Blob,
    types::{FunctionCode, Runtime},
};

use crate::{
    configuration::Configuration,
    mock::{Mock, REGION, Sent},
};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/lambda-conformance";

/// Longer than anything here takes, shorter than anybody waits.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// One stored file `index.py`.
pub(crate) const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0\x8d\x170O\x1c\0\0\0\x1c\0\0\0\x08\0\0\0index.py\
    def handler(e,c):\n return e\nPK\x01\x02\x14\x03\x14\0\0\0\0\0\0\0!\0\x8d\x170O\x1c\0\0\0\x1c\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\
    \xa4\x01\0\0\0\0index.pyPK\x05\x06\0\0\0\0\x01\0\x01\x006\0\0\0B\0\0\0\0\0";
pub(crate) const ZIP_SHA256: &str = "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=";

pub(crate) fn arn(name: &str, qualifier: Option<&str>) -> String {
    let suffix = qualifier
        .map(|qualifier| format!(":{qualifier}"))
        .unwrap_or_default();
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}{suffix}")
}

/// A mock, and who speaks to it.
pub(crate) struct World {
    pub(crate) mock: Mock,
    pub(crate) client: Client,
    pub(crate) sent: Sent,
}

impl World {
    pub(crate) fn new(flags: &[&str]) -> World {
        let mock = Mock::start(flags);
        let sent = Sent::default();
        let client = mock.client(&sent);
        World { mock, client, sent }
    }

    pub(crate) async fn create(&self, name: &str) -> CreateFunctionOutput {
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

    pub(crate) async fn settled(&self, name: &str) -> Configuration {
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
    pub(crate) async fn published(&self, name: &str) {
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

    pub(crate) async fn try_read(
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

    pub(crate) async fn read(&self, name: &str, qualifier: Option<&str>) -> Configuration {
        self.try_read(name, qualifier).await.unwrap().into()
    }

    pub(crate) async fn revision(&self, name: &str, qualifier: Option<&str>) -> String {
        self.read(name, qualifier).await.revision
    }

    /// That a function, version or alias is not there, by its own exception.
    pub(crate) async fn absent(&self, name: &str, qualifier: Option<&str>, message: &str) {
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
    pub(crate) fn polls(&self, waiter: &str, ending: &str, before: usize) {
        let polls = self.sent.count("GET", ending) - before;
        assert!(polls >= 2, "{waiter} did not wait");
        println!("{waiter}: {polls} polls of GET …{ending}");
    }
}

/// What every refusal has.
pub(crate) fn told<E: ProvideErrorMetadata + Debug>(
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

pub(crate) fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| b"-0123456789abcdef".contains(&byte))
}

/// `2025-04-09T10:11:27.000+0000`.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|char| if char.is_ascii_digit() { '0' } else { char })
        .collect();
    shape == "0000-00-00T00:00:00.000+0000" && text.ends_with("+0000")
}
