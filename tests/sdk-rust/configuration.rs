//! [`Configuration`]: what is compared of the outputs of the operations, each of which is a type of its own.

use aws_sdk_lambda::{
    operation::{
        create_function::CreateFunctionOutput,
        get_function_configuration::GetFunctionConfigurationOutput,
        publish_version::PublishVersionOutput, update_function_code::UpdateFunctionCodeOutput,
        update_function_configuration::UpdateFunctionConfigurationOutput,
    },
    types::{
        FunctionConfiguration, LastUpdateStatus, LastUpdateStatusReasonCode, State, StateReasonCode,
    },
};

const BEING_CREATED: &str = "The function is being created.";

/// What the outputs of six operations have in common.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Configuration {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) revision: String,
    pub(crate) last_modified: String,
    pub(crate) description: String,
    pub(crate) memory: Option<i32>,
    pub(crate) timeout: Option<i32>,
    pub(crate) sha256: String,
    pub(crate) state: Option<State>,
    pub(crate) reason: Option<(String, StateReasonCode)>,
    pub(crate) update: Option<LastUpdateStatus>,
    pub(crate) update_reason: Option<(String, LastUpdateStatusReasonCode)>,
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
    pub(crate) fn pending(&self) -> bool {
        self.state == Some(State::Pending)
            && self.reason == Some((BEING_CREATED.to_owned(), StateReasonCode::Creating))
            && (&self.update, &self.update_reason) == (&None, &None)
    }

    pub(crate) fn settled(&self) -> bool {
        (&self.state, &self.reason) == (&Some(State::Active), &None)
            && (&self.update, &self.update_reason) == (&Some(LastUpdateStatus::Successful), &None)
    }

    pub(crate) fn in_progress(&self) -> bool {
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
