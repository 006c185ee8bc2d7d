//! Why a command did not do what it was asked, in a sentence for the person at the terminal.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::problem::Problem;

/// What a command comes to.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Why not.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The deployment refused, and said why.
    Refused(Problem),
    /// It did not work out; nothing that is not said was changed.
    Failed(String),
    /// Some of it was done, and the rest was said.
    Partly(String),
    /// The command was not complete.
    Usage(String),
    /// Whoever read our output has heard enough.
    NobodyReads,
}

impl Failure {
    /// The same in better words, if it is the refusal with this code.
    pub(crate) fn reworded(self, code: &str, sentence: impl FnOnce() -> String) -> Failure {
        match self {
            Failure::Refused(problem) if problem.code == code => Failure::Failed(sentence()),
            other => other,
        }
    }

    /// Says it on stderr. The exit code: 1 refused or failed, 2 usage, 3 done in part.
    pub(crate) fn told(self) -> ExitCode {
        let (sentence, code) = match self {
            Failure::Refused(problem) => (problem.sentence(), 1),
            Failure::Failed(sentence) => (sentence, 1),
            Failure::Usage(sentence) => (sentence, 2),
            Failure::Partly(sentence) => (sentence, 3),
            Failure::NobodyReads => return ExitCode::SUCCESS,
        };
        // If nobody reads stderr either, the exit code still tells.
        let _ = writeln!(io::stderr(), "edge-mfa: {sentence}");
        ExitCode::from(code)
    }
}

/// A file that does not do what it should.
pub(crate) fn of_file(what: &str, path: &std::path::Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("{} cannot be {what}: {error}.", path.display()))
}
