//! The reads: one configuration, one function, all functions, all versions.
//!
//! Changes nothing: reading settles nothing by itself and mints no revision.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::World;
use super::call::{Answer, Call, Located};
use super::code;
use super::constraint::Violations;
use super::error::Refusal;
use super::name::Names;

/// GetFunctionConfiguration.
pub(super) fn function_configuration(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let located = call.locate(Names::Namespaced, Violations::default())?;
    Ok(Answer::ok(written(world, &located)?))
}

/// GetFunction: the same configuration, and beside it what belongs to the function as a whole
/// (OP-VERSIONED-ONLY).
pub(super) fn function(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let located = call.locate(Names::Namespaced, Violations::default())?;
    let function = world.function(&located)?;
    let configuration = world.configuration(&located)?;
    let mut body = Map::new();
    body.insert(
        "Code".to_owned(),
        code::location(call.settings, configuration),
    );
    body.insert("Configuration".to_owned(), written(world, &located)?);
    if !function.tags.is_empty() {
        body.insert("Tags".to_owned(), Value::Object(function.tags.clone()));
    }
    if let Some(reserved) = function.reserved {
        body.insert(
            "Concurrency".to_owned(),
            json!({ "ReservedConcurrentExecutions": reserved }),
        );
    }
    Ok(Answer::ok(body.into()))
}

fn written(world: &World, located: &Located) -> Result<Value, Refusal> {
    Ok(world.configuration(located)?.written(located.arn.clone()))
}

/// ListFunctions. With `FunctionVersion=ALL` every version too, and then `$LATEST` says so in its
/// ARN.
pub(super) fn functions(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let versions = call.query("FunctionVersion");
    let mut violations = Violations::default();
    if let Some(versions) = versions {
        violations.one_of("functionVersion", versions, &["ALL"]);
    }
    let page = Part::asked(call, &mut violations);
    violations.verdict()?;
    call.authorise("*")?;
    let mut elements = Vec::new();
    for (name, function) in &world.functions {
        if versions.is_some() {
            elements.extend(editions(call, name, function));
        } else {
            elements.push(
                function
                    .latest
                    .listed(call.settings.function_arn(name, None)),
            );
        }
    }
    Ok(page.of("Functions", elements))
}

/// ListVersionsByFunction: `$LATEST` first, then by number.
pub(super) fn versions(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let mut violations = Violations::default();
    let page = Part::asked(call, &mut violations);
    let located = call.locate(Names::Namespaced, violations)?;
    let function = world.function(&located)?;
    Ok(page.of("Versions", editions(call, &located.name, function)))
}

fn editions(call: &Call<'_>, name: &str, function: &super::function::Function) -> Vec<Value> {
    let arn = |qualifier: &str| call.settings.function_arn(name, Some(qualifier));
    let mut elements = vec![function.latest.listed(arn("$LATEST"))];
    elements.extend(
        function
            .versions
            .iter()
            .map(|(number, version)| version.listed(arn(&number.to_string()))),
    );
    elements
}

/// A part of a list. The marker is opaque to clients; here it is a position.
#[derive(Debug)]
pub(super) struct Part {
    from: usize,
    most: usize,
}

impl Part {
    /// Fifty elements where the request does not say, which is what AWS gives at most.
    pub(super) fn asked(call: &Call<'_>, violations: &mut Violations) -> Self {
        let most = call
            .query("MaxItems")
            .map_or(50, |text| text.parse::<i64>().unwrap_or_default());
        violations.range("maxItems", most, 1..=10_000);
        let from = call
            .query("Marker")
            .and_then(|marker| STANDARD.decode(marker).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
        Self {
            from: from.unwrap_or(0),
            most: usize::try_from(most).unwrap_or(0).min(50),
        }
    }

    pub(super) fn of(&self, member: &str, elements: Vec<Value>) -> Answer {
        let end = self.from.saturating_add(self.most);
        let marker = (end < elements.len()).then(|| STANDARD.encode(end.to_string()));
        let part: Vec<Value> = elements
            .into_iter()
            .skip(self.from)
            .take(self.most)
            .collect();
        let mut body = Map::new();
        body.insert(member.to_owned(), part.into());
        body.insert("NextMarker".to_owned(), marker.into());
        Answer::ok(body.into())
    }
}
