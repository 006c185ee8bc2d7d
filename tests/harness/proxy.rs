//! A reverse proxy that guards a page with a gate: nginx or Caddy, by the configuration that we hand out, word by word
//! (`tests/clients/gate/`).

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::client::{Client, Door};
use crate::edge::checkout;
use crate::folder::Folder;
use crate::gate::Gate;

/// A proxy that runs.
#[derive(Debug)]
pub struct Proxy {
    /// Where people come.
    pub origin: String,
    folder: Folder,
    program: Child,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.folder.kill9(&mut self.program);
    }
}

/// Which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// <https://nginx.org>
    Nginx,
    /// <https://caddyserver.com>
    Caddy,
}

impl Kind {
    /// Where it is. `None` on a machine that has none and no packages to take it from.
    pub fn program(self) -> Option<PathBuf> {
        let (variable, places): (_, &[&str]) = match self {
            Kind::Nginx => ("NGINX", &["/usr/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"]),
            Kind::Caddy => ("CADDY", &["/usr/bin/caddy", "/usr/local/bin/caddy", "/opt/homebrew/bin/caddy"]),
        };
        let named = std::env::var_os(variable).map(PathBuf::from);
        named.or_else(|| places.iter().map(PathBuf::from).find(|path| path.is_file()))
    }
}

impl Proxy {
    /// Starts one on this port, in front of `application`, with the gate's key; Edge MFA is at `edge`.
    pub fn start(kind: Kind, port: u16, gate: &Gate, edge: &str, application: &str) -> Self {
        let program = kind.program().expect("it was looked for");
        let mut folder = Folder::fresh();
        let shipped = checkout().join("tests/clients/gate");
        let mut command = match kind {
            Kind::Nginx => {
                let text = std::fs::read_to_string(shipped.join("nginx.conf")).expect("the configuration");
                let (listen, host) = (format!("127.0.0.1:{port}"), format!("localhost:{port}"));
                let values = [
                    ("EDGE_MFA", edge),
                    ("EDGE_MFA_TENANT", &gate.tenant.id),
                    ("EDGE_MFA_KEY", &gate.key),
                    ("LISTEN", &listen),
                    ("SERVER_NAME", "localhost"),
                    ("GUARDED_SCHEME", "http"),
                    ("GUARDED_HOST", &host),
                    ("APPLICATION", application),
                ];
                // As `envsubst` does.
                let text = values.iter().fold(text, |text, (name, value)| text.replace(&format!("${{{name}}}"), value));
                let at = |name: &str| folder.path().join(name).display().to_string();
                let write =
                    |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("it is written");
                write("guarded.conf", &text);
                let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|kind| format!("{kind}_temp_path {};", at(kind)))
                    .join(" ");
                let main = format!(
                    "daemon off; master_process off; pid {}; error_log stderr;\nevents {{}}\n\
                     http {{ access_log off; {temporary} include {}; }}\n",
                    at("pid"),
                    at("guarded.conf")
                );
                write("nginx.conf", &main);
                let mut nginx = Command::new(program);
                nginx.args(["-e", "stderr", "-p"]).arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf"));
                nginx
            }
            Kind::Caddy => {
                let main = format!("{{\n\tadmin off\n}}\nimport {}\n", shipped.join("Caddyfile").display());
                std::fs::write(folder.path().join("Caddyfile"), main).expect("it is written");
                let mut caddy = Command::new(program);
                caddy.args(["run", "--adapter", "caddyfile", "--config"]).arg(folder.path().join("Caddyfile"));
                caddy.env("EDGE_MFA", edge).env("EDGE_MFA_TENANT", &gate.tenant.id).env("EDGE_MFA_KEY", &gate.key);
                caddy.env("GUARDED", format!("http://localhost:{port}")).env("APPLICATION", application);
                caddy.env("GUARDED_SCHEME", "http").env("GUARDED_HOST", format!("localhost:{port}"));
                caddy.env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path());
                caddy
            }
        };
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        let program = folder.spawn(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log));
        let proxy = Self { origin: format!("http://localhost:{port}"), folder, program };
        let limit = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || std::fs::read_to_string(proxy.folder.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < limit, "{kind:?} does not start: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
        proxy
    }

    /// A browser without cookies, here.
    pub fn browser(&self) -> Client {
        Client::at(Arc::new(Door::new(self.origin.clone(), String::new())))
    }
}
