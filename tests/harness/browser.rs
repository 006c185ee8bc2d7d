//! Headless Chromium and Firefox, each with a driver process and an empty profile of its own.

use std::net::TcpListener;
use std::ops::Deref;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::webdriver::WebDriver;

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium through chromedriver (`CHROMEDRIVER`, or on the path).
    Chromium,
    /// Firefox through geckodriver (`GECKODRIVER`, or on the path).
    Firefox,
}

/// How the browser is set up.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The language that it asks pages for: "en" or "nl".
    pub language: &'static str,
    /// Whether it asks for dark pages.
    pub dark: bool,
}

/// English and light.
pub const PLAIN: Look = Look { language: "en", dark: false };

/// An open browser; it ends with the value.
#[derive(Debug)]
pub struct Browser {
    kind: Kind,
    web: Option<WebDriver>,
    driver: Child,
    folder: Folder,
}

impl Browser {
    /// Opens a browser.
    pub fn open(kind: Kind, look: Look) -> Self {
        let mut folder = Folder::fresh();
        let port = free_port();
        let log = std::fs::File::create(folder.path().join("driver.log")).expect("a log file");
        let mut command = Command::new(program(kind));
        command
            .arg(format!("--port={port}"))
            .env("TMPDIR", folder.path())
            .env("LANGUAGE", look.language)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log);
        if kind == Kind::Firefox {
            // Two geckodrivers at once would share this port.
            command.arg(format!("--websocket-port={}", free_port()));
            // What the console of the pages is read with.
            command.arg("--allow-system-access");
        }
        let driver = folder.spawn(&mut command);
        wait_for_port(port);
        let capabilities = match kind {
            Kind::Chromium => chromium(look, &folder.path().join("profile")),
            Kind::Firefox => firefox(look),
        };
        let web = WebDriver::open(&format!("http://localhost:{port}"), capabilities);
        web.resize(1200, 1600);
        let browser = Self { kind, web: Some(web), driver, folder };
        browser.prefer_dark(look.dark);
        browser
    }

    /// Which browser it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The folder that holds its profile.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Sets the page in one typeface wherever the tests run: that which their set-up installs.
    pub fn set_type(&self) {
        let script = "const sheet = new CSSStyleSheet();
            sheet.replaceSync(':root { --sans: \"Liberation Sans\" !important; --mono: \"Liberation Mono\" !important; }');
            document.adoptedStyleSheets.push(sheet)";
        self.run(script, json!([]));
    }

    /// In Chromium a preference is not enough: the page is told through the debugging protocol.
    fn prefer_dark(&self, dark: bool) {
        if self.kind == Kind::Chromium && dark {
            let features = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
            self.devtools("Emulation.setEmulatedMedia", json!({"features": features}));
        }
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        self.web.as_ref().expect("open until dropped")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.web.take());
        self.folder.kill9(&mut self.driver);
    }
}

fn program(kind: Kind) -> PathBuf {
    let (variable, name) = match kind {
        Kind::Chromium => ("CHROMEDRIVER", "chromedriver"),
        Kind::Firefox => ("GECKODRIVER", "geckodriver"),
    };
    if let Some(path) = std::env::var_os(variable) {
        return path.into();
    }
    let ours = crate::edge::checkout().join(".tools/bin").join(name);
    if ours.exists() { ours } else { name.into() }
}

fn chromium(look: Look, profile: &std::path::Path) -> Value {
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        // Letters are as wide as they are drawn to be, whatever the machine's settings for fonts.
        "--font-render-hinting=none",
    ];
    let mut arguments: Vec<_> = arguments.map(str::to_owned).to_vec();
    arguments.push(format!("--lang={}", look.language));
    arguments.push(format!("--user-data-dir={}", profile.display()));
    json!({
        "goog:chromeOptions": {
            "args": arguments,
            "prefs": {"intl.accept_languages": look.language},
        },
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
    })
}

fn firefox(look: Look) -> Value {
    json!({
        "moz:firefoxOptions": {
            "args": ["-headless"],
            "prefs": {
                "intl.accept_languages": look.language,
                "layout.css.prefers-color-scheme.content-override": u8::from(!look.dark),
                "ui.systemUsesDarkTheme": u8::from(look.dark),
            },
        },
    })
}

fn wait_for_port(port: u16) {
    let start = Instant::now();
    while std::net::TcpStream::connect(("localhost", port)).is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "the driver does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
