//! The five operations on aliases.

use serde_json::Map;

use super::alias::Alias;
use super::body::Members;
use super::call::{Answer, Call, Located};
use super::constraint::Violations;
use super::error::Refusal;
use super::function::Function;
use super::name::{Names, is_version};
use super::read::Part;
use super::{Entropy, World};

/// CreateAlias.
pub(super) fn create(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let mut violations = Violations::default();
    let name = members.text("Name")?;
    match name {
        Some(name) => check_alias(&mut violations, name),
        None => violations.missing("name"),
    }
    if members.text("FunctionVersion")?.is_none() {
        violations.missing("functionVersion");
    }
    check(&mut violations, members)?;
    let located = call.locate(Names::Plain, violations)?;
    let name = name.expect("invariant: its absence is a violation");
    let function = world.function_mut(&located)?;
    let arn = call.settings.function_arn(&located.name, Some(name));
    if function.aliases.contains_key(name) {
        return Err(Refusal::conflict(&format!("Alias already exists: {arn}")));
    }
    let mut alias = Alias {
        version: String::new(),
        description: String::new(),
        revision: entropy.uuid(),
        weights: Map::new(),
    };
    set(&mut alias, call, &located, function, members)?;
    let written = alias.written(name, arn);
    function.aliases.insert(name.to_owned(), alias);
    Ok(Answer::created(written))
}

/// GetAlias.
pub(super) fn get(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (located, name, arn) = named(call, Violations::default())?;
    let alias = world
        .functions
        .get(&located.name)
        .and_then(|function| function.aliases.get(name))
        .ok_or_else(|| Refusal::nothing_there(&format!("Cannot find alias arn: {arn}")))?;
    Ok(Answer::ok(alias.written(name, arn)))
}

/// UpdateAlias.
pub(super) fn update(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let mut violations = Violations::default();
    check(&mut violations, members)?;
    let (located, name, arn) = named(call, violations)?;
    let function = world.function_mut(&located)?;
    let Some(alias) = function.aliases.get(name) else {
        return Err(Refusal::nothing_there(&format!("Alias not found: {arn}")));
    };
    if members
        .text("RevisionId")?
        .is_some_and(|expected| expected != alias.revision)
    {
        return Err(Refusal::revision_mismatch("GetFunction/GetAlias"));
    }
    let mut next = alias.clone();
    set(&mut next, call, &located, function, members)?;
    next.revision = entropy.uuid();
    let written = next.written(name, arn);
    function.aliases.insert(name.to_owned(), next);
    Ok(Answer::ok(written))
}

/// DeleteAlias. One that does not exist is deleted in silence; that a function must exist is
/// inferred.
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (located, name, _) = named(call, Violations::default())?;
    world.function_mut(&located)?.aliases.remove(name);
    Ok(Answer::Nothing)
}

/// ListAliases.
pub(super) fn list(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let mut violations = Violations::default();
    let page = Part::asked(call, &mut violations);
    let located = call.locate(Names::Plain, violations)?;
    let version = call.query("FunctionVersion");
    let elements = world
        .function(&located)?
        .aliases
        .iter()
        .filter(|(_, alias)| version.is_none_or(|version| alias.version == version))
        .map(|(name, alias)| {
            alias.written(name, call.settings.function_arn(&located.name, Some(name)))
        })
        .collect();
    Ok(page.of("Aliases", elements))
}

/// Takes over what the request sets. The versions must exist; an alias of `$LATEST` has no
/// weights.
fn set(
    alias: &mut Alias,
    call: &Call<'_>,
    located: &Located,
    function: &Function,
    members: Members<'_>,
) -> Result<(), Refusal> {
    if let Some(version) = members.text("FunctionVersion")? {
        alias.version = version.to_owned();
    }
    if let Some(description) = members.text("Description")? {
        alias.description = description.to_owned();
    }
    if let Some(routing) = members.object("RoutingConfig")? {
        let weights = routing.object("AdditionalVersionWeights")?;
        alias.weights = weights.map(|weights| weights.0.clone()).unwrap_or_default();
    }
    for version in std::iter::once(&alias.version).chain(alias.weights.keys()) {
        let exists = (version == "$LATEST" || is_version(version))
            && function.edition(Some(version)).is_some();
        if !exists {
            return Err(Refusal::not_found(
                &call.settings.function_arn(&located.name, Some(version)),
            ));
        }
    }
    if !alias.weights.is_empty()
        && (alias.version == "$LATEST" || alias.weights.contains_key("$LATEST"))
    {
        // The sentence is from memory of AWS.
        let message = "$LATEST is not supported for an alias pointing to more than 1 version";
        return Err(Refusal::unacceptable(message));
    }
    Ok(())
}

/// The function and the alias of the path, and the alias's ARN.
fn named<'a>(
    call: &'a Call<'_>,
    mut violations: Violations,
) -> Result<(Located, &'a str, String), Refusal> {
    let name = call.labels[1].as_str();
    check_alias(&mut violations, name);
    let located = call.locate(Names::Plain, violations)?;
    let arn = call.settings.function_arn(&located.name, Some(name));
    Ok((located, name, arn))
}

/// The pattern looks ahead, which `regex` cannot: its two halves are tested instead.
fn check_alias(violations: &mut Violations, name: &str) {
    let word = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    violations.unless(
        "name",
        name,
        word && !is_version(name),
        r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)",
    );
    violations.length("name", name, 1..=128);
}

fn check(violations: &mut Violations, members: Members<'_>) -> Result<(), Refusal> {
    if let Some(version) = members.text("FunctionVersion")? {
        let good = version == "$LATEST" || is_version(version);
        violations.unless("functionVersion", version, good, r"(\$LATEST|[0-9]+)");
        violations.length("functionVersion", version, 1..=1024);
    }
    if let Some(description) = members.text("Description")? {
        violations.length("description", description, 0..=256);
    }
    Ok(())
}
