//! An example application beside an edge of its own: everything that a person needs to try it, and that a test does.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::administrator::Administrator;
use crate::edge::{Edge, checkout, free_port};
use crate::folder::Folder;
use crate::gate::Gate;
use crate::member::Member;
use crate::platform::Platform;
use crate::proxy::{Kind, Proxy};
use crate::static_files;
use crate::tenant::Tenant;

/// What the examples are called at the terminal.
pub const NAMES: [&str; 3] = ["openid", "own-login", "gate"];

/// One that a person can type, and that is long enough to stand alone.
const PASSWORD: &str = "walking along the water";

/// A running example. It ends with the value.
#[derive(Debug)]
pub struct Example {
    /// Where to go.
    pub address: String,
    /// Who can sign in there. Nobody has enrolled yet.
    pub username: &'static str,
    /// Her password.
    pub password: &'static str,
    /// The tenant that it asks.
    pub tenant: Tenant,
    _server: Server,
}

/// What answers at that address.
#[derive(Debug)]
enum Server {
    Node { folder: Folder, process: Child },
    Nginx(#[allow(dead_code, reason = "it ends with the value")] Proxy),
}

impl Example {
    /// A web application over OpenID Connect (`tests/examples/openid`), in a tenant that has MFA.
    pub fn openid(edge: &Edge) -> Self {
        let port = free_port();
        let address = format!("http://localhost:{port}");
        let anna = Administrator::of(&Tenant::mfa(edge));
        let body = json!({
            "name": "Shop",
            "kind": "client",
            "redirect_uris": [format!("{address}/back")],
            "post_logout_redirect_uris": [format!("{address}/")],
        });
        let made = anna.ask("/settings/applications/register", body).is(201);
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let tenant = anna.tenant();
        let mut node = Command::new("node");
        node.arg(checkout().join("tests/examples/openid/server.mjs"));
        node.env("ISSUER", format!("{}/t/{}", edge.door().origin(), tenant.id));
        node.env("CLIENT_ID", text(&made["application"]["application"]));
        node.env("CLIENT_SECRET", text(&made["key"])).env("PORT", port.to_string());
        Member::accept_with(tenant, &tenant.invite("bob"), PASSWORD.to_owned());
        Self::start(node, address, "bob", tenant)
    }

    /// An application that keeps its own passwords, and asks us for the second factor (`tests/examples/own-login`). Its
    /// people are no members yet.
    pub fn own_login(edge: &Edge) -> Self {
        let port = free_port();
        let address = format!("http://localhost:{port}");
        let anna = Administrator::of(&Tenant::mfa(edge));
        let platform = Platform::returning_to(&anna, &[&format!("{address}/back")]);
        let mut node = Command::new("node");
        node.arg(checkout().join("tests/examples/own-login/server.mjs"));
        node.env("API", format!("{}{}", edge.door().origin(), anna.tenant().at("")));
        node.env("KEY", &platform.key).env("PASSWORD", PASSWORD).env("PORT", port.to_string());
        Self::start(node, address, "carol", anna.tenant())
    }

    /// A folder of files behind nginx (`tests/examples/gate`), by the configuration that we hand out. `None` where there
    /// is no nginx.
    pub fn gate(edge: &Edge) -> Option<Self> {
        Kind::Nginx.program()?;
        let port = free_port();
        let address = format!("http://localhost:{port}");
        let anna = Administrator::of(&Tenant::mfa(edge));
        let tenant = anna.tenant();
        Member::accept_with(tenant, &tenant.invite("bob"), PASSWORD.to_owned());
        let gate = Gate::register(&anna, &address);
        let files = static_files::serve(checkout().join("tests/examples/gate"));
        let nginx = Proxy::start(Kind::Nginx, port, &gate, edge.door().origin(), &files);
        let (tenant, server) = (tenant.clone(), Server::Nginx(nginx));
        Some(Self { address, username: "bob", password: PASSWORD, tenant, _server: server })
    }

    fn start(mut program: Command, address: String, username: &'static str, tenant: &Tenant) -> Self {
        let mut folder = Folder::fresh();
        let mut server = folder.spawn(program.stdout(Stdio::piped()));
        let mut line = String::new();
        let output = server.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("it says that it listens");
        assert!(line.starts_with("listening"), "it did not start: are the npm packages installed? {line}");
        let server = Server::Node { folder, process: server };
        Self { address, username, password: PASSWORD, tenant: tenant.clone(), _server: server }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Server::Node { folder, process } = self {
            folder.kill9(process);
        }
    }
}
