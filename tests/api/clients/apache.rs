//! Debian's Apache with `mod_auth_openidc`, by a configuration that can be copied (`tests/clients/apache/httpd.conf`).

use std::collections::BTreeMap;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use edge_mfa_tests::edge::checkout;
use edge_mfa_tests::folder::Folder;
use edge_mfa_tests::jar::SetCookie;
use edge_mfa_tests::{eventually, json, random};
use ureq::Agent;

use super::go;
use crate::issuer::{Application, Site};

/// Where Debian has them.
const PROGRAM: &str = "/usr/sbin/apache2";
const MODULE: &str = "/usr/lib/apache2/modules/mod_auth_openidc.so";

/// A running Apache. It ends with the value.
struct Apache {
    origin: String,
    folder: Folder,
    process: Child,
}

impl Drop for Apache {
    fn drop(&mut self) {
        self.folder.kill9(&mut self.process);
    }
}

impl Apache {
    /// `None` where there is none.
    fn start(port: u16, application: &Application) -> Option<Apache> {
        let module = std::env::var_os("MOD_AUTH_OPENIDC").map_or_else(|| PathBuf::from(MODULE), PathBuf::from);
        if !module.is_file() {
            println!("no Apache with mod_auth_openidc on this machine: not tried");
            return None;
        }
        let modules = module.parent().expect("a folder");
        let mut folder = Folder::fresh();
        let site = folder.path().join("site");
        copy(&checkout().join("tests/clients/apache/site"), &site);
        let text = |path: &Path| path.to_str().expect("a plain path").to_owned();
        let key = application.key.clone().expect("a key");
        let mut command = Command::new(PROGRAM);
        for (name, value) in [
            ("PORT", port.to_string()),
            ("FOLDER", text(folder.path())),
            ("SITE", text(&site)),
            ("MODULES", text(modules)),
            ("ISSUER", application.issuer()),
            ("CLIENT", application.id.clone()),
            ("SECRET", key),
            ("PASSPHRASE", random::name("passphrase")),
        ] {
            command.args(["-C", &format!("Define {name} {value}")]);
        }
        command.arg("-f").arg(checkout().join("tests/clients/apache/httpd.conf")).args(["-D", "FOREGROUND"]);
        let process = folder.spawn(&mut command);
        eventually("Apache to listen", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(Apache { origin: format!("http://localhost:{port}"), folder, process })
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { fs::copy(&from, &to).map(|_| ()).expect("a copy") }
    }
}

/// A browser at Apache's own address.
struct Visitor {
    agent: Agent,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    fn new() -> Visitor {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Visitor { agent: config.new_agent(), cookies: BTreeMap::new() }
    }

    /// Status, where it leads, and what is there.
    fn get(&mut self, address: &str) -> (u16, String, String) {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.agent.get(address).header("accept", "text/html");
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let mut answer = request.call().expect("Apache answers");
        for header in answer.headers().get_all("set-cookie") {
            let cookie = SetCookie::parse(header.to_str().expect("text"));
            if cookie.value.is_empty() || cookie.removes() {
                self.cookies.remove(&cookie.name);
            } else {
                self.cookies.insert(cookie.name, cookie.value);
            }
        }
        let location = answer.headers().get("location").map(|it| it.to_str().expect("text").to_owned());
        (answer.status().as_u16(), location.unwrap_or_default(), answer.body_mut().read_to_string().expect("text"))
    }
}

#[test]
fn apache_with_mod_auth_openidc_shows_a_page_to_members_alone() {
    let site = Site::mfa();
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let back = format!("http://localhost:{port}/private/back");
    let application = Application::register(&site.anna, json!({"redirect_uris": [back]}));
    let Some(apache) = Apache::start(port, &application) else { return };
    let page = format!("{}/private/", apache.origin);
    let name = &site.anna.member.username;

    let mut visitor = Visitor::new();
    assert!(visitor.get(&format!("{}/", apache.origin)).2.contains("Open to everybody"));
    let (status, away, text) = visitor.get(&page);
    assert_eq!(status, 302, "{text}");
    assert!(!text.contains("Signed in"), "{text}");

    // Somebody else's browser brings nothing back that this one has asked for.
    let back = go(&site.anna.signed_in(), &away);
    let (status, _, text) = Visitor::new().get(&back);
    assert!(status >= 400 && !text.contains(name.as_str()), "{status} {text}");

    let (status, there, text) = visitor.get(&back);
    assert_eq!((status, there.as_str()), (302, page.as_str()), "{text}");
    let (status, _, text) = visitor.get(&page);
    assert_eq!(status, 200, "{text}");
    assert!(text.contains(&format!("Signed in: {name}, with pwd,otp")), "{text}");
}
