//! What PyPI brings: other people's software that the tests hold us against, in an environment of its own.

use super::{Need, apt};
use crate::stamp::{Stamp, digest};
use crate::{Outcome, pins, project, run};
use std::path::PathBuf;
use std::time::Duration;

/// The packages that the list in `tests/clients` pins, each with its hashes.
pub(super) struct Packages;

impl Need for Packages {
    fn is_met(&self) -> Outcome<bool> {
        Ok(Stamp::named("python").says(&wanted()?) && python().is_file())
    }

    fn announcement(&self) -> String {
        "fetching a SCIM tester and Authlib from PyPI (about a quarter of a minute)".to_owned()
    }

    fn provide(&self) -> Outcome {
        let (major, minor) = pins::OLDEST_PYTHON;
        let wants =
            format!("Python {major}.{minor} or later, with venv, is needed for other people's clients (python.org)");
        let version = format!("import sys; sys.exit(sys.version_info < ({major}, {minor}))");
        run::output(run::program("python3").args(["-c", &version])).map_err(|_| wants.clone())?;
        let stamp = Stamp::named("python");
        stamp.clear();
        // Debian has what `venv` needs in a package of its own.
        let has_venv = || run::output(run::program("python3").args(["-c", "import venv, ensurepip"])).is_ok();
        if !has_venv() && apt::is_available() {
            apt::install(&["python3-venv"])?;
        }
        if !has_venv() {
            return Err(wants);
        }
        let mut venv = run::program("python3");
        venv.args(["-m", "venv", "--clear"]).arg(folder());
        run::log(&mut venv, "python-venv", Duration::from_secs(300))?;
        let install = || {
            let mut pip = run::program(python());
            pip.args("-m pip install --disable-pip-version-check --require-hashes --only-binary :all: -r".split(' '));
            pip.arg(list());
            run::log(&mut pip, "pip-install", Duration::from_secs(900))
        };
        // Once more, because a download that broke off is the usual reason.
        install().or_else(|_| install())?;
        stamp.set(&wanted()?)
    }
}

fn folder() -> PathBuf {
    project::tools().join("python")
}

fn python() -> PathBuf {
    folder().join("bin/python")
}

/// Made with `pip-compile --generate-hashes` (pip-tools) from the packages that it names first.
fn list() -> PathBuf {
    project::root().join("tests/clients/packages.txt")
}

fn wanted() -> Outcome<String> {
    digest(&[list()])
}
