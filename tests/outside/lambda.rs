mod stub;

use lambda_conformance::harness::Harness;

fn main() -> std::process::ExitCode {
    Harness::starting(stub::start)
        .filter("/errors/")
        .filter("/name-formats/absent/")
        .run()
}
