//! `cargo xtask dev`: the local edge with two demo tenants, ready to sign in.

mod companion;
mod demo;
mod edge;
mod http;
mod mailbox;
mod phone;
mod provider;
mod secrets;
mod server;
mod stop;

use crate::stamp::only_one_at_a_time;
use crate::{Outcome, build, setup};
use http::Door;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::thread::sleep;
use std::time::Duration;

/// Where the edge listens, unless another port is named.
const PORT: u16 = 8787;

/// Where each of the four listens.
#[derive(Clone, Copy)]
struct Ports {
    edge: u16,
    phone: u16,
    mailbox: u16,
    provider: u16,
}

impl Ports {
    /// The edge where it is named, if it is, and the others after it.
    fn named(edge: Option<&str>) -> Option<Self> {
        let edge = edge.map_or(Some(PORT), |text| text.parse().ok().filter(|port| *port > 0))?;
        let next = |steps| edge.checked_add(steps);
        Some(Self { edge, phone: next(1)?, mailbox: next(2)?, provider: next(3)? })
    }
}

/// wrangler asks nothing, reports nothing and fetches nothing.
pub(crate) const QUIET: [(&str, &str); 4] = [
    ("CI", "1"),
    ("WRANGLER_SEND_METRICS", "false"),
    ("WRANGLER_HIDE_BANNER", "true"),
    ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
];

/// On this port and the three after it, if one is named.
pub(crate) fn dev(port: Option<&str>) -> Outcome {
    let ports = Ports::named(port).ok_or("a port is a number from 1 to 65532: the three after it are taken too")?;
    setup::for_building()?;
    for port in [ports.edge, ports.phone, ports.mailbox, ports.provider] {
        wait_until_free(port)?;
    }
    // Two on other ports would write over each other's state.
    let _lock = only_one_at_a_time("local edge")?;
    build::all()?;
    let mailbox_url = format!("http://localhost:{}/", ports.mailbox);
    let secrets = secrets::of_the_local_edge(&format!("http://localhost:{}/", PORT + 2))?;
    stop::listen();
    phone::serve(ports.phone)?;
    mailbox::serve(ports.mailbox, secrets.notifier_key)?;
    let mut provider = provider::start(ports.provider, ports.edge, &["demo", "fresh"])?;
    println!("starting the local edge");
    // What .dev.vars says is of the usual ports, or the person's own choice.
    let named = port.map(|_| mailbox_url.as_str());
    let mut edge = edge::start(ports.edge, named)?;
    let door = Door::new(ports.edge);
    edge::wait_until_it_answers(&mut edge, &door)?;
    let sign_ins = demo::tenant(&door, &secrets.operator_token)?;
    let invitation = demo::fresh_invitation(&door, &secrets.operator_token)?;
    println!("\n{}", welcome(ports, &sign_ins, invitation.as_deref()));
    if named.is_none() && secrets.notifier_url != mailbox_url {
        println!("\nThe mailbox stays empty: .dev.vars has notices sent to {}.", secrets.notifier_url);
    }
    while !stop::is_wanted() {
        if let Some(status) = edge.ended()? {
            return Err(format!("the local edge ended by itself ({status})"));
        }
        if let Some(status) = provider.ended()? {
            return Err(format!("the identity provider ended by itself ({status})"));
        }
        sleep(Duration::from_millis(200));
    }
    edge.stop();
    println!("\nStopped. What you did is kept in .edge; delete that folder to begin anew.");
    Ok(())
}

/// The one who was stopped a moment ago may still be letting go of it.
fn wait_until_free(port: u16) -> Outcome {
    let is_taken = || {
        ["127.0.0.1", "::1"]
            .into_iter()
            .any(|address| TcpListener::bind((address, port)).is_err_and(|error| error.kind() == ErrorKind::AddrInUse))
    };
    for _ in 0..30 {
        if !is_taken() {
            return Ok(());
        }
        sleep(Duration::from_millis(100));
    }
    Err(format!(
        "port {port} is taken. If another `cargo xtask dev` runs, use that one or stop it; if it \
         is another program, stop that (`lsof -i :{port}` names it)"
    ))
}

fn welcome(ports: Ports, sign_ins: &demo::SignIns, invitation: Option<&str>) -> String {
    let demo::SignIns { administrator, member } = sign_ins;
    let Ports { edge, phone, mailbox, provider } = ports;
    let issuer = provider::issuer(provider);
    let (client_id, client_secret) = (provider::CLIENT_ID, provider::CLIENT_SECRET);
    let fresh = match invitation {
        Some(link) => format!(
            "Its administrator eva is invited: follow the invitation in the mailbox,\n\
             or {link}"
        ),
        None => format!("Its administrator eva has joined: http://localhost:{edge}/t/fresh/sign-in"),
    };
    format!(
        "Edge MFA runs.\n\n\
         \x20 sign in         http://localhost:{edge}/t/demo/sign-in\n\
         \x20 administrator   {administrator}\n\
         \x20 member          {member}\n\
         \x20 demo phone      http://localhost:{phone}   (plays the authenticator app)\n\
         \x20 mailbox         http://localhost:{mailbox}   (what people are sent)\n\n\
         First: open the sign-in page, sign in as the administrator, and scan or paste the key \
         into the demo phone.\n\n\
         In a second tenant, `fresh`, MFA is not on yet, so that you can set it up as its administrator.\n\
         {fresh}\n\n\
         An identity provider runs here too, where you are whoever you say. In a tenant without MFA, fill in:\n\
         \x20 issuer          {issuer}\n\
         \x20 client id       {client_id}\n\
         \x20 client secret   {client_secret}\n\n\
         Ctrl-C stops everything."
    )
}
