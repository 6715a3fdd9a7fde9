//! What the service model says of the members that CreateFunction, UpdateFunctionConfiguration and
//! UpdateFunctionCode take: one table each.
//!
//! Read off the model by hand, apart from the cases that try it. `FunctionName` is not here: names
//! have rules of their own. Nor is what `Runtime` may be: the service tells that in other words
//! than those of the model.

use std::sync::LazyLock;

use super::constraint::Pattern;
use super::shape::{List, Member, Pairs, Shape, WHATEVER};
use Member::{May, Must};
use Shape::{Any, Flag, Length, Map, Matching, Number, Structure, Whole, Word};

type Lazy = LazyLock<Pattern>;

static ROLE: Lazy =
    Lazy::new(|| Pattern::new(r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"));
static HANDLER: Lazy = Lazy::new(|| Pattern::new(r"[^\s]+"));
static ARN_OR_NOTHING: Lazy =
    Lazy::new(|| Pattern::new(r"(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()"));
static BUCKET: Lazy = Lazy::new(|| {
    Pattern::tested_as(
        r"[0-9A-Za-z\.\-_]*(?<!\.)",
        r"(?:[0-9A-Za-z.\-_]*[0-9A-Za-z\-_])?",
    )
});
static VARIABLE: Lazy = Lazy::new(|| Pattern::new("[a-zA-Z]([a-zA-Z0-9_])+"));
static TAG: Lazy = Lazy::new(|| Pattern::new(r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"));
static SUBNET: Lazy = Lazy::new(|| Pattern::new("subnet-[0-9a-z]*"));
static SECURITY_GROUP: Lazy = Lazy::new(|| Pattern::new("sg-[0-9a-zA-Z]*"));
static LAYER: Lazy = Lazy::new(|| {
    Pattern::new(
        r"(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)",
    )
});
static FILE_SYSTEM: Lazy = Lazy::new(|| {
    Pattern::new(
        r"arn:aws[a-zA-Z-]*:elasticfilesystem:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:access-point/fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}",
    )
});
static MOUNT: Lazy = Lazy::new(|| Pattern::new("/mnt/[a-zA-Z0-9-_.]+"));
static SIGNING: Lazy = Lazy::new(|| {
    Pattern::new(
        r"arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:code-signing-config:csc-[a-z0-9]{17}",
    )
});
static CAPACITY: Lazy = Lazy::new(|| {
    Pattern::new(
        r"arn:aws[a-zA-Z-]*:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:capacity-provider:[a-zA-Z0-9-_]+",
    )
});
static RUNTIME: Lazy =
    Lazy::new(|| Pattern::new(r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:runtime/.+"));
static LOG_GROUP: Lazy = Lazy::new(|| Pattern::new(r"[\.\-_/#A-Za-z0-9]+"));

static STRINGS: List = List {
    length: 0..=1500,
    of: Any,
    says_null: false,
};
static SUBNETS: List = List {
    length: 0..=16,
    of: Matching(0..=1024, &SUBNET),
    says_null: false,
};
static SECURITY_GROUPS: List = List {
    length: 0..=5,
    of: Matching(0..=1024, &SECURITY_GROUP),
    says_null: false,
};
static LAYERS: List = List {
    length: WHATEVER,
    of: Matching(1..=2048, &LAYER),
    says_null: true,
};
static FILE_SYSTEMS: List = List {
    length: 0..=1,
    of: Structure(&[
        Must("Arn", Matching(0..=256, &FILE_SYSTEM)),
        Must("LocalMountPath", Matching(0..=160, &MOUNT)),
        May(
            "S3FilesConfig",
            Structure(&[May("DirectS3Read", Word(&["ENABLED", "DISABLED", "AUTO"]))]),
        ),
    ]),
    says_null: false,
};
static ARCHITECTURES: List = List {
    length: 1..=1,
    of: Word(&["x86_64", "arm64"]),
    says_null: true,
};
static VARIABLES: Pairs = Pairs {
    key: Matching(WHATEVER, &VARIABLE),
    value: Any,
    sensitive: true,
};
static TAGS: Pairs = Pairs {
    key: Matching(1..=128, &TAG),
    value: Matching(0..=256, &TAG),
    sensitive: false,
};

/// The settings that creation and update share.
///
/// The maxima of Timeout, MemorySize and EphemeralStorage are those that the service holds an
/// ordinary function to: the model's wider ones need settings that nothing here can make.
const SETTINGS: &[Member] = &[
    May("Description", Length(0..=256)),
    May(
        "DeadLetterConfig",
        Structure(&[May("TargetArn", Matching(0..=10_000, &ARN_OR_NOTHING))]),
    ),
    May(
        "Environment",
        Structure(&[May("Variables", Map(&VARIABLES))]),
    ),
    May(
        "EphemeralStorage",
        Structure(&[Must("Size", Whole(512..=10_240))]),
    ),
    May("FileSystemConfigs", Shape::List(&FILE_SYSTEMS)),
    May("Handler", Matching(0..=128, &HANDLER)),
    May(
        "ImageConfig",
        Structure(&[
            May("EntryPoint", Shape::List(&STRINGS)),
            May("Command", Shape::List(&STRINGS)),
            May("WorkingDirectory", Length(0..=1000)),
        ]),
    ),
    May("KMSKeyArn", Matching(0..=10_000, &ARN_OR_NOTHING)),
    May("Layers", Shape::List(&LAYERS)),
    May(
        "LoggingConfig",
        Structure(&[
            May("LogFormat", Word(&["JSON", "Text"])),
            May(
                "ApplicationLogLevel",
                Word(&["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
            ),
            May("SystemLogLevel", Word(&["DEBUG", "INFO", "WARN"])),
            May("LogGroup", Matching(1..=512, &LOG_GROUP)),
        ]),
    ),
    May("MemorySize", Whole(128..=10_240)),
    May("Runtime", Any),
    May(
        "SnapStart",
        Structure(&[May("ApplyOn", Word(&["PublishedVersions", "None"]))]),
    ),
    May("Timeout", Whole(1..=1800)),
    May(
        "TracingConfig",
        Structure(&[May("Mode", Word(&["Active", "PassThrough"]))]),
    ),
    May(
        "VpcConfig",
        Structure(&[
            May("SubnetIds", Shape::List(&SUBNETS)),
            May("SecurityGroupIds", Shape::List(&SECURITY_GROUPS)),
            May("Ipv6AllowedForDualStack", Flag),
        ]),
    ),
    May(
        "CapacityProviderConfig",
        Structure(&[Must(
            "LambdaManagedInstancesCapacityProviderConfig",
            Structure(&[
                Must("CapacityProviderArn", Matching(1..=140, &CAPACITY)),
                May("PerExecutionEnvironmentMaxConcurrency", Whole(1..=1600)),
                May("ExecutionEnvironmentMemoryGiBPerVCpu", Number(2.0..=8.0)),
            ]),
        )]),
    ),
    May(
        "DurableConfig",
        Structure(&[
            May("KMSKeyArn", Matching(0..=10_000, &ARN_OR_NOTHING)),
            May("RetentionPeriodInDays", Whole(1..=90)),
            May("ExecutionTimeout", Whole(1..=31_622_400)),
        ]),
    ),
    May(
        "RuntimeConfig",
        Structure(&[
            Must("RuntimeArn", Matching(48..=2048, &RUNTIME)),
            Must("RuntimeAlias", Length(1..=128)),
        ]),
    ),
    May(
        "AcceleratorConfig",
        Structure(&[Must("AcceleratorMemorySize", Whole(i64::MIN..=i64::MAX))]),
    ),
];

/// Where code is.
const CODE: &[Member] = &[
    May("ZipFile", Any),
    May("S3Bucket", Matching(3..=63, &BUCKET)),
    May("S3Key", Length(1..=1024)),
    May("S3ObjectVersion", Length(1..=1024)),
    May("S3ObjectStorageMode", Word(&["COPY", "REFERENCE"])),
    May("ImageUri", Any),
    May("SourceKMSKeyArn", Matching(0..=10_000, &ARN_OR_NOTHING)),
];

/// Of UpdateFunctionConfiguration.
pub(super) static UPDATE: [&[Member]; 2] = [
    &[
        May("Role", Matching(0..=10_000, &ROLE)),
        May("RevisionId", Any),
    ],
    SETTINGS,
];

/// Of CreateFunction.
pub(super) static CREATION: [&[Member]; 2] = [
    &[
        Must("Role", Matching(0..=10_000, &ROLE)),
        Must("Code", Structure(CODE)),
        May("Architectures", Shape::List(&ARCHITECTURES)),
        May("CodeSigningConfigArn", Matching(0..=200, &SIGNING)),
        May("PackageType", Word(&["Zip", "Image"])),
        May("Publish", Flag),
        May("PublishTo", Word(&["LATEST_PUBLISHED"])),
        May("Tags", Map(&TAGS)),
        May(
            "TenancyConfig",
            Structure(&[Must("TenantIsolationMode", Word(&["PER_TENANT"]))]),
        ),
    ],
    SETTINGS,
];

/// Of UpdateFunctionCode.
pub(super) static CODE_UPDATE: [&[Member]; 2] = [
    &[
        May("Architectures", Shape::List(&ARCHITECTURES)),
        May("DryRun", Flag),
        May("Publish", Flag),
        May("PublishTo", Word(&["LATEST_PUBLISHED"])),
        May("RevisionId", Any),
    ],
    CODE,
];
