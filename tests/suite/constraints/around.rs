//! [`Around`]: the requests in which what is wrong is tried, right but for it.

use serde_json::Value;

use super::violation::{Kind, written};

/// The package of the fixtures.
pub(super) const ZIP: &str = "UEsDBBQAAAAAAAAAIQCNFzBPHAAAABwAAAAIAAAAaW5kZXgucHlkZWYgaGFuZGxlcihlLGMpOgogcmV0dXJuIGUKUEsBAhQDFAAAAAAAAAAhAI0XME8cAAAAHAAAAAgAAAAAAAAAAAAAAKQBAAAAAGluZGV4LnB5UEsFBgAAAAABAAEANgAAAEIAAAAAAA==";

/// Where in a request what is wrong stands, and what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Around {
    /// Among the settings of a creation that is right but for it.
    Creation,
    /// In the code of one.
    CreationCode,
    /// In what a creation must have.
    CreationWhole,
    /// In an update of settings.
    Update,
    /// In an update of code that has a package.
    Code,
    /// In the package of an update of code.
    CodeWhole,
}

impl Around {
    pub(super) const ALL: [Around; 6] = [
        Around::Creation,
        Around::CreationCode,
        Around::CreationWhole,
        Around::Update,
        Around::Code,
        Around::CodeWhole,
    ];

    pub(super) fn of(operation: &str, path: &[String]) -> Around {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match (operation, path.as_slice()) {
            ("UpdateFunctionConfiguration", _) => Around::Update,
            ("UpdateFunctionCode", ["ZipFile"]) => Around::CodeWhole,
            ("UpdateFunctionCode", _) => Around::Code,
            (_, ["Role" | "Runtime" | "Handler" | "Code"] | ["Code", "ZipFile"]) => {
                Around::CreationWhole
            }
            (_, ["Code", _]) => Around::CreationCode,
            _ => Around::Creation,
        }
    }

    pub(super) fn is_creation(self) -> bool {
        matches!(
            self,
            Around::Creation | Around::CreationCode | Around::CreationWhole
        )
    }

    /// The body of the request, in which `<row.first>` or another field is what is wrong.
    pub(super) fn body(self, field: &str) -> String {
        let whole = r#""Role":"<role>","Runtime":"python3.12","Handler":"index.handler""#;
        match self {
            Around::Creation => {
                format!(
                    r#"{{"FunctionName":"<function>",{whole},"Code":{{"ZipFile":"{ZIP}"}}{field}}}"#
                )
            }
            Around::CreationCode => {
                format!(
                    r#"{{"FunctionName":"<function>",{whole},"Code":{{"ZipFile":"{ZIP}"{field}}}}}"#
                )
            }
            Around::CreationWhole => format!(r#"{{"FunctionName":"<function>"{field}}}"#),
            Around::Update | Around::CodeWhole => format!("{{{field}}}"),
            Around::Code => format!(r#"{{"ZipFile":"{ZIP}"{field}}}"#),
        }
    }

    /// What of the members stands in the place of the field.
    pub(super) fn field(self, member: &str, value: Option<&Value>) -> String {
        let pair = |name: &str, value: &Value| format!("\"{name}\":{}", written(value));
        let own = value.map(|value| pair(member, value));
        match self {
            Around::Creation | Around::Code => format!(",{}", own.unwrap_or_default()),
            Around::CreationCode => {
                let (name, value) = value
                    .and_then(Value::as_object)
                    .and_then(|code| code.iter().next())
                    .expect("a member of the code");
                format!(",{}", pair(name, value))
            }
            Around::Update | Around::CodeWhole => own.unwrap_or_default(),
            Around::CreationWhole => {
                let due = [
                    ("Role", r#""Role":"<role>""#.to_owned()),
                    ("Runtime", r#""Runtime":"python3.12""#.to_owned()),
                    ("Handler", r#""Handler":"index.handler""#.to_owned()),
                    ("Code", format!(r#""Code":{{"ZipFile":"{ZIP}"}}"#)),
                ];
                let others = due.into_iter().filter(|(name, _)| *name != member);
                let all = others.map(|(_, text)| text).chain(own);
                all.map(|text| format!(",{text}")).collect()
            }
        }
    }

    pub(super) fn operation(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Around::Creation | Around::CreationCode | Around::CreationWhole => {
                ("CreateFunction", "POST", "/2015-03-31/functions")
            }
            Around::Update => (
                "UpdateFunctionConfiguration",
                "PUT",
                "/2015-03-31/functions/<function>/configuration",
            ),
            Around::Code | Around::CodeWhole => (
                "UpdateFunctionCode",
                "PUT",
                "/2015-03-31/functions/<function>/code",
            ),
        }
    }

    pub(super) fn name(self, kind: Kind) -> String {
        match self {
            Around::Creation => format!("create-{kind}"),
            Around::CreationCode => format!("create-{kind}-of-code"),
            Around::CreationWhole => format!("create-{kind}-of-what-is-due"),
            Around::Update => format!("update-{kind}"),
            Around::Code => format!("code-{kind}"),
            Around::CodeWhole => format!("code-{kind}-of-the-package"),
        }
    }

    pub(super) fn place(self) -> &'static str {
        match self {
            Around::Creation => "among the settings of a creation",
            Around::CreationCode => "in the code of a creation",
            Around::CreationWhole => "in what a creation must have",
            Around::Update => "in an update of settings",
            Around::Code => "in an update of code",
            Around::CodeWhole => "in the package of an update of code",
        }
    }
}
