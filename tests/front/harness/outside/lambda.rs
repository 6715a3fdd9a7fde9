mod stub;

use lambda_conformance::harness::Harness;

fn main() -> std::process::ExitCode {
    Harness::starting(stub::start)
        .operation("GetFunctionConfiguration")
        .filter("*/errors/throttled")
        .filter("*/errors/internal")
        .filter("/name-formats/absent/")
        .run()
}
