//! The behaviour of the Lambda operations as a pure function: a request and a state in, an answer
//! out.
//!
//! Defines [`answer`], what it remembers ([`State`], [`Settings`]), who may be asking
//! ([`Identity`]), where time and ids come from ([`Entropy`]) and which kind of answer was given
//! ([`Row`]).
//!
//! It knows nothing of cases, snapshots, judging, sockets or signatures. Whoever serves it checks
//! the signature, puts an [`Identity`] into the request's extensions, and adds the headers that
//! belong to a connection: `date`, `content-length` and `connection` are left to the server.

use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value};

mod alias;
mod aliases;
mod body;
mod call;
mod code;
mod concurrency;
mod configuration;
mod constraint;
mod control;
mod create;
mod delete;
mod endpoint;
mod entropy;
mod error;
mod function;
mod identity;
mod input;
mod layer;
mod layers;
mod name;
mod permission;
mod policy;
mod publish;
mod read;
mod route;
mod row;
mod runtime;
mod settings;
mod shape;
mod tags;
mod throttle;
mod update;
mod world;

pub use control::OverrideError;
pub use endpoint::Settings;
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use identity::Identity;
pub use row::{ROWS, Row};

use call::{Answer, Call};
use error::Refusal;
use route::Operation;
use throttle::Throttle;
use world::World;

use crate::target::FAULT_HEADER;

/// Everything the endpoint remembers. Reading never makes it grow.
#[derive(Debug)]
pub struct State {
    settings: Settings,
    world: World,
    throttle: Option<Throttle>,
}

impl State {
    /// An account without functions.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            throttle: settings
                .throttle
                .map(|rate| Throttle::new(f64::from(rate.get()))),
            settings,
            world: World::default(),
        }
    }

    /// What the endpoint was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Merges members into the stored configuration of a function, version or alias target, for the
    /// states that no sequence of operations leads to: failed, inactive, replicated, signed.
    ///
    /// The merge is that of RFC 7396: objects are merged, null takes away, everything else
    /// replaces. Anything still under way is completed first, so that it does not overwrite the
    /// merge later.
    ///
    /// # Errors
    ///
    /// No such function, version or alias; or a member that follows from the identity of the
    /// function.
    pub fn override_configuration(
        &mut self,
        function: &str,
        qualifier: Option<&str>,
        members: &Map<String, Value>,
        entropy: &mut dyn Entropy,
    ) -> Result<(), OverrideError> {
        control::merge(
            &mut self.world,
            &self.settings,
            function,
            qualifier,
            members,
            entropy,
        )
    }
}

/// Answers one request as Lambda does.
///
/// The answer carries its [`Row`] as an extension. It has `x-amzn-requestid` always, `content-type`
/// and `x-amzn-errortype` where Lambda sends them.
pub fn answer(
    state: &mut State,
    request: &Request<Bytes>,
    entropy: &mut dyn Entropy,
) -> Response<Bytes> {
    let now = entropy.now();
    state.world.settle(now, entropy);
    let outcome = decide(state, request, now, entropy);
    let request_id = entropy.uuid();
    match outcome {
        Ok(answer) => answer.into_response(&request_id),
        Err(refusal) => refusal.into_response(&request_id),
    }
}

/// Routing, authentication, faults, and then the operation itself, which validates, resolves and
/// authorises.
///
/// Only "validation, qualifier conflict, existence" is proven (contract GAP-2). Authentication
/// before validation, authorisation behind the conflict (a resource must be named before it can be
/// denied) and the region before existence are inferred.
fn decide(
    state: &mut State,
    request: &Request<Bytes>,
    now: SystemTime,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let State {
        settings,
        world,
        throttle,
    } = state;
    let (operation, labels) = route::find(
        request.method(),
        request.uri().path(),
        settings.state_control,
    )
    .ok_or_else(Refusal::unroutable)?;
    let mut foreign = None;
    let denied = match request.extensions().get::<Identity>() {
        // The override is ours and not of the API: nobody signs it.
        _ if operation == Operation::Override => None,
        None | Some(Identity::Trusted) => None,
        Some(Identity::Denied { arn }) => Some(arn.as_str()),
        Some(Identity::Foreign { account, arn }) => {
            foreign = Some((account.as_str(), arn.as_str()));
            None
        }
        Some(Identity::Missing) => return Err(Refusal::no_credentials()),
        Some(Identity::UnknownKey) => return Err(Refusal::unknown_key()),
        Some(Identity::ExpiredToken) => return Err(Refusal::expired_token()),
        Some(Identity::WrongSignature) => return Err(Refusal::wrong_signature()),
        Some(Identity::Skew { signed, now }) => return Err(Refusal::clock_skew(*signed, *now)),
        Some(Identity::Malformed) => return Err(Refusal::malformed_authorization()),
    };
    if let Some(throttle) = throttle
        && !throttle.takes(operation, now)
    {
        return Err(Refusal::throttled());
    }
    if settings.faults
        && let Some(fault) = request.headers().get(FAULT_HEADER)
    {
        match fault.as_bytes() {
            b"throttle" => return Err(Refusal::throttled()),
            b"internal" => return Err(Refusal::internal()),
            _ => {}
        }
    }
    let query = route::query(request.uri().query().unwrap_or_default());
    let call = Call {
        settings,
        operation,
        labels,
        query,
        body: request.body(),
        denied,
        now,
    };
    if let Some((account, caller)) = foreign {
        permission::admit(world, &call, account, caller)?;
    }
    perform(world, &call, entropy)
}

fn perform(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    match call.operation {
        Operation::GetFunctionConfiguration => read::function_configuration(world, call),
        Operation::GetFunction => read::function(world, call),
        Operation::ListFunctions => read::functions(world, call),
        Operation::ListVersionsByFunction => read::versions(world, call),
        Operation::CreateFunction => create::function(world, call, entropy),
        Operation::UpdateFunctionConfiguration => update::configuration(world, call, entropy),
        Operation::UpdateFunctionCode => update::code(world, call, entropy),
        Operation::PublishVersion => publish::version(world, call, entropy),
        Operation::DeleteFunction => delete::function(world, call),
        Operation::CreateAlias => aliases::create(world, call, entropy),
        Operation::GetAlias => aliases::get(world, call),
        Operation::UpdateAlias => aliases::update(world, call, entropy),
        Operation::DeleteAlias => aliases::delete(world, call),
        Operation::ListAliases => aliases::list(world, call),
        Operation::TagResource => tags::add(world, call, entropy),
        Operation::UntagResource => tags::remove(world, call, entropy),
        Operation::ListTags => tags::list(world, call),
        Operation::PutFunctionConcurrency => concurrency::reserve(world, call),
        Operation::GetFunctionConcurrency => concurrency::reserved(world, call),
        Operation::DeleteFunctionConcurrency => concurrency::release(world, call),
        Operation::PutProvisionedConcurrencyConfig => concurrency::provision(world, call),
        Operation::PutRuntimeManagementConfig => concurrency::pin_runtime(world, call),
        Operation::AddPermission => permission::add(world, call, entropy),
        Operation::GetPolicy => permission::get(world, call),
        Operation::RemovePermission => permission::remove(world, call, entropy),
        Operation::PublishLayerVersion => layers::publish(world, call),
        Operation::DeleteLayerVersion => layers::delete(world, call),
        Operation::Override => control::put(world, call, entropy),
    }
}
