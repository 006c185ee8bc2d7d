//! Browsers, their drivers, a second reader of QR codes, web servers: what the tests use of the system.

use super::{Need, apt};
use crate::{Outcome, project, run};
use std::path::PathBuf;

struct Program {
    what: &'static str,
    /// Names on the PATH or whole paths, the first found is taken.
    names: &'static [&'static str],
    /// A variable with which the person points to their own.
    variable: &'static str,
    package: &'static str,
    /// The tests do with less without it.
    optional: bool,
}

const CHROME: Program = Program {
    what: "Chromium or Chrome",
    names: &[
        "chromium",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    variable: "CHROME",
    package: "chromium",
    optional: false,
};
const CHROMEDRIVER: Program = Program {
    what: "chromedriver",
    names: &["chromedriver"],
    variable: "CHROMEDRIVER",
    package: "chromium-driver",
    optional: false,
};
const FIREFOX: Program = Program {
    what: "Firefox",
    names: &["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"],
    variable: "FIREFOX",
    package: "firefox-esr",
    optional: false,
};
const QR_READER: Program =
    Program { what: "zbarimg", names: &["zbarimg"], variable: "ZBARIMG", package: "zbar-tools", optional: true };
/// A client that others wrote. Apache itself comes with it.
const APACHE_MODULE: Program = Program {
    what: "Apache's mod_auth_openidc",
    names: &["/usr/lib/apache2/modules/mod_auth_openidc.so"],
    variable: "MOD_AUTH_OPENIDC",
    package: "libapache2-mod-auth-openidc",
    optional: true,
};
/// Reverse proxies that other people's platforms stand behind, for the gate.
const NGINX: Program = Program {
    what: "nginx",
    names: &["nginx", "/usr/sbin/nginx"],
    variable: "NGINX",
    package: "nginx",
    optional: true,
};
const CADDY: Program =
    Program { what: "Caddy", names: &["caddy"], variable: "CADDY", package: "caddy", optional: true };
/// A browser without a single font draws no text; and pictures of pages are compared in this one.
const FONT: Program = Program {
    what: "the typeface Liberation",
    names: &["/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"],
    variable: "LIBERATION_SANS",
    package: "fonts-liberation",
    optional: true,
};
const ALL: [Program; 8] = [CHROME, CHROMEDRIVER, FIREFOX, FONT, QR_READER, APACHE_MODULE, NGINX, CADDY];

impl Program {
    fn path(&self) -> Option<PathBuf> {
        if let Some(own) = std::env::var_os(self.variable) {
            return Some(own.into());
        }
        self.names.iter().find_map(|name| match name.starts_with('/') {
            true => Some(PathBuf::from(name)).filter(|path| path.is_file()),
            false => run::find(name),
        })
    }

    /// Missing, and there is a need or a way to get it.
    fn is_missing(&self) -> bool {
        self.path().is_none() && (!self.optional || apt::is_available())
    }
}

pub(super) struct Installed;

impl Need for Installed {
    fn is_met(&self) -> Outcome<bool> {
        Ok(!ALL.iter().any(Program::is_missing))
    }

    fn announcement(&self) -> String {
        let missing: Vec<_> = ALL.iter().filter(|program| program.is_missing()).map(|p| p.package).collect();
        format!("installing {} (1 to 3 min)", missing.join(", "))
    }

    fn provide(&self) -> Outcome {
        let missing: Vec<&Program> = ALL.iter().filter(|program| program.is_missing()).collect();
        if apt::is_available() {
            let packages: Vec<_> = missing.iter().map(|program| program.package).collect();
            return apt::install(&packages);
        }
        let list: Vec<_> = missing
            .iter()
            .map(|program| format!("  {}, on the PATH or named by {}", program.what, program.variable))
            .collect();
        Err(format!("the tests need these; install them and run this again:\n{}", list.join("\n")))
    }
}

/// Where the programs are that the tests drive.
pub(crate) struct Programs {
    pub(crate) variables: Vec<(&'static str, PathBuf)>,
    pub(crate) chromedriver: PathBuf,
    pub(crate) geckodriver: PathBuf,
}

impl Programs {
    pub(super) fn found() -> Outcome<Self> {
        let path = |program: &Program| program.path().ok_or(format!("{} is missing", program.what));
        let ours = project::tools_bin().join("geckodriver");
        let geckodriver = std::env::var_os("GECKODRIVER")
            .map(PathBuf::from)
            .or_else(|| Some(ours).filter(|ours| ours.is_file()))
            .or_else(|| run::find("geckodriver"))
            .ok_or("geckodriver is missing")?;
        let (chrome, chromedriver) = (path(&CHROME)?, path(&CHROMEDRIVER)?);
        same_major(&chrome, &chromedriver)?;
        let mut variables = vec![("GECKODRIVER", geckodriver.clone())];
        for program in &ALL {
            match program.path() {
                Some(path) => variables.push((program.variable, path)),
                None if program.optional => {}
                None => return Err(format!("{} is missing", program.what)),
            }
        }
        Ok(Self { variables, chromedriver, geckodriver })
    }
}

/// A driver of another version than its browser fails in ways that do not say why.
fn same_major(chrome: &PathBuf, driver: &PathBuf) -> Outcome {
    let major = |program: &PathBuf| {
        let said = run::output(run::program(program).arg("--version"))?;
        let number = said.split_whitespace().find_map(|word| word.split('.').next()?.parse::<u32>().ok());
        number.ok_or(format!("{} does not say its version: {said}", program.display()))
    };
    let (chrome, driver) = (major(chrome)?, major(driver)?);
    if chrome != driver {
        return Err(format!(
            "Chromium is version {chrome} and chromedriver {driver}; they must be of the same version"
        ));
    }
    Ok(())
}
