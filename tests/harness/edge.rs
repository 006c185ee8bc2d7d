//! The edge under test: a real workerd behind `wrangler dev`, with its state in a folder of its own.

use std::fs::File;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use crate::client::Door;
use crate::document::Document;
use crate::folder::Folder;
use crate::mailbox::Mailbox;
use crate::random;
use crate::site::{self, Sieve};

/// How long a start may take before the tests give up. Usual: 2 to 3 s.
const START_LIMIT: Duration = Duration::from_secs(120);

/// A running edge. It ends with the value, or with the test process, whichever is first.
#[derive(Debug)]
pub struct Edge {
    folder: Folder,
    program: PathBuf,
    wrangler: Child,
    port: u16,
    door: Arc<Door>,
    mailbox: Mailbox,
}

impl Edge {
    /// The one edge that the tests of a binary share.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Edge> = LazyLock::new(Edge::start);
        &SHARED
    }

    /// Starts an edge with fresh secrets on an empty folder and waits until it answers. One address may knock at its
    /// doors as often as it likes.
    pub fn start() -> Self {
        Self::start_by(wrangler(), Sieve::Wide, site::SHIPPED)
    }

    /// The same, with the limits that are shipped.
    pub fn start_as_shipped() -> Self {
        Self::start_by(wrangler(), Sieve::Shipped, site::SHIPPED)
    }

    /// The same, with this sieve.
    pub fn start_with(sieve: Sieve) -> Self {
        Self::start_by(wrangler(), sieve, site::SHIPPED)
    }

    /// The same workerd without wrangler's proxy, which loses a request now and then when many come at once.
    pub fn start_without_proxy() -> Self {
        Self::start_as(site::SHIPPED)
    }

    /// The same, with this module around the Worker that is deployed.
    pub fn start_as(entry: &str) -> Self {
        Self::start_by(checkout().join("tests/bench/edge.mjs"), Sieve::Wide, entry)
    }

    fn start_by(program: PathBuf, sieve: Sieve, entry: &str) -> Self {
        let mut folder = Folder::fresh();
        site::copy(&checkout(), &folder.path().join("site"), sieve, entry);
        let operator_token = random::key();
        let mailbox = Mailbox::start();
        write_secrets(&folder.path().join("secrets.env"), &operator_token, &mailbox);
        let port = free_port();
        let mut wrangler = spawn(&program, &mut folder, port);
        let door = Door::new(format!("http://localhost:{port}"), operator_token);
        wait_until_ready(&mut wrangler, &door, folder.path());
        door.know(Document::of(&door));
        Self { folder, program, wrangler, port, door: Arc::new(door), mailbox }
    }

    /// Kills every process of the edge at once (SIGKILL), as a power cut would.
    pub fn kill9(&mut self) {
        self.folder.kill9(&mut self.wrangler);
    }

    /// Starts the edge again: same port, same secrets, same folder.
    pub fn restart(&mut self) {
        self.kill9();
        self.wrangler = spawn(&self.program, &mut self.folder, self.port);
        wait_until_ready(&mut self.wrangler, &self.door, self.folder.path());
    }

    /// Puts a new key, called `name`, in front of each ring, and starts the edge again.
    pub fn add_keys(&mut self, name: &str) {
        self.change_rings(&RINGS, |ring| format!("{name}:{},{ring}", random::key()));
    }

    /// Puts a new key, called `name`, in front of one ring, and starts the edge again.
    pub fn add_key(&mut self, ring: &str, name: &str) {
        assert!(RINGS.contains(&ring));
        self.change_rings(&[ring], |ring| format!("{name}:{},{ring}", random::key()));
    }

    /// From now on nobody is sent anything.
    pub fn remove_notifier(&mut self) {
        self.change_secrets(|line| if line.starts_with("NOTIFIER_") { String::new() } else { format!("{line}\n") });
    }

    /// Leaves of each ring the newest key alone, and starts the edge again.
    pub fn retire_old_keys(&mut self) {
        self.change_rings(&RINGS, |ring| ring.split(',').next().unwrap_or_default().to_owned());
    }

    /// Puts something that is no key into one ring, as a slip of the hand would, and starts the edge again.
    pub fn spoil(&mut self, ring: &str) {
        assert!(RINGS.contains(&ring));
        self.change_rings(&[ring], |_| "no key at all".to_owned());
    }

    fn change_rings(&mut self, rings: &[&str], change: impl Fn(&str) -> String) {
        self.change_secrets(|line| match line.split_once("=\"") {
            Some((name, ring)) if rings.contains(&name) => {
                format!("{name}=\"{}\"\n", change(ring.trim_end_matches('"')))
            }
            _ => format!("{line}\n"),
        });
    }

    fn change_secrets(&mut self, change: impl Fn(&str) -> String) {
        let path = self.folder.path().join("secrets.env");
        let text = std::fs::read_to_string(&path).expect("the secrets are read");
        std::fs::write(&path, text.lines().map(change).collect::<String>()).expect("the secrets are written");
        self.restart();
    }

    /// Where requests go.
    pub fn door(&self) -> Arc<Door> {
        Arc::clone(&self.door)
    }

    /// Where its notices go.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The process group that it runs in.
    pub fn group(&self) -> u32 {
        self.wrangler.id()
    }

    /// The folder that holds the files that are served.
    pub fn pages(&self) -> PathBuf {
        self.folder.path().join("site").join(site::PAGES)
    }

    /// The folder that holds what KV and Durable Objects keep.
    pub fn state(&self) -> PathBuf {
        state(self.folder.path())
    }

    /// The folder that holds everything that the edge wrote to its logs.
    pub fn logs(&self) -> PathBuf {
        logs(self.folder.path())
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// The checkout whose Worker is tested: this one, or `EDGE_MFA_ROOT`.
pub fn checkout() -> PathBuf {
    std::env::var_os("EDGE_MFA_ROOT").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), PathBuf::from)
}

fn state(folder: &Path) -> PathBuf {
    folder.join("state")
}

fn logs(folder: &Path) -> PathBuf {
    folder.join("logs")
}

fn spawn(program: &Path, folder: &mut Folder, port: u16) -> Child {
    let logs = logs(folder.path());
    std::fs::create_dir_all(&logs).expect("a folder for logs");
    let output = File::options().create(true).append(true).open(logs.join("wrangler.out")).expect("a log file");
    let temporary = folder.path().join("tmp");
    std::fs::create_dir_all(&temporary).expect("a folder for temporary files");
    let mut command = Command::new(program);
    command
        .current_dir(folder.path().join("site"))
        .args(["dev", "--port", &port.to_string(), "--inspector-port", "0"])
        .args(["--show-interactive-dev-session", "false"])
        .arg("--persist-to")
        .arg(state(folder.path()))
        .arg("--env-file")
        .arg(folder.path().join("secrets.env"))
        .env("TMPDIR", &temporary)
        .env("CI", "1")
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_HIDE_BANNER", "true")
        // Not among the logs: wrangler's own trace of a debugger's events, answers between Worker and
        // objects included. It exists on a developer's machine only and says nothing of the Worker.
        .env("WRANGLER_LOG_PATH", folder.path().join("trace"))
        .env("WRANGLER_REGISTRY_PATH", folder.path().join("registry"))
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("a log file"))
        .stderr(output);
    folder.spawn(&mut command)
}

/// `EDGE_MFA_WRANGLER`, or the checkout's own.
fn wrangler() -> PathBuf {
    std::env::var_os("EDGE_MFA_WRANGLER").map_or_else(|| checkout().join("node_modules/.bin/wrangler"), PathBuf::from)
}

fn wait_until_ready(wrangler: &mut Child, door: &Door, folder: &Path) {
    let start = Instant::now();
    while !door.answers() {
        let ended = wrangler.try_wait().expect("the state of a child process");
        if ended.is_some() || start.elapsed() > START_LIMIT {
            let log = std::fs::read_to_string(logs(folder).join("wrangler.out"));
            panic!("the edge did not start ({ended:?}):\n{}", log.unwrap_or_default());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The secrets that may hold several keys.
const RINGS: [&str; 3] = ["KEY_ENCRYPTION_KEYS", "PEPPERS", "TOKEN_KEYS"];

fn write_secrets(path: &Path, operator_token: &str, mailbox: &Mailbox) {
    let mut file = File::create(path).expect("a file for secrets");
    for name in RINGS {
        writeln!(file, "{name}=\"test:{}\"", random::key()).expect("secrets are written");
    }
    writeln!(file, "NAMING_KEY=\"{}\"", random::key()).expect("secrets are written");
    writeln!(file, "OPERATOR_TOKEN=\"{operator_token}\"").expect("secrets are written");
    writeln!(file, "NOTIFIER_URL=\"{}\"", mailbox.url()).expect("secrets are written");
    writeln!(file, "NOTIFIER_KEY=\"{}\"", mailbox.key()).expect("secrets are written");
    // The identity provider of the tests is on this machine.
    writeln!(file, "LOOPBACK_PROVIDERS=\"allowed\"").expect("secrets are written");
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
