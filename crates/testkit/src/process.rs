//! Programs the fixtures run.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a program with this on its standard input.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let program = command.get_program().to_string_lossy().into_owned();
    let mut process = command
        .spawn()
        .unwrap_or_else(|error| panic!("the test needs the program {program}: {error}"));
    let mut pipe = process.stdin.take().unwrap();
    let input = input.to_vec();
    // Of its own accord, so that a program that answers before it has read everything does not wait for ever.
    let feeder = std::thread::spawn(move || {
        // A program that does not read its input closes the pipe; its exit code tells the rest.
        let _ = pipe.write_all(&input);
    });
    let output = process.wait_with_output().unwrap();
    feeder.join().unwrap();
    output
}

/// Runs a program that has to succeed.
pub(crate) fn must(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let output = run(command, input);
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
