//! `cargo xtask dev`: the local edge with two demo tenants, ready to sign in.

mod companion;
mod demo;
mod http;
mod mailbox;
mod phone;
mod provider;
mod secrets;
mod server;
mod stop;

use crate::run::spell;
use crate::{Outcome, build, project, run, setup};
use companion::Companion;
use http::Door;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::thread::sleep;
use std::time::{Duration, Instant};

const EDGE_PORT: u16 = 8787;
const PHONE_PORT: u16 = 8788;
const MAILBOX_PORT: u16 = 8789;
const PROVIDER_PORT: u16 = 8790;

/// wrangler asks nothing, reports nothing and fetches nothing.
pub(crate) const QUIET: [(&str, &str); 4] = [
    ("CI", "1"),
    ("WRANGLER_SEND_METRICS", "false"),
    ("WRANGLER_HIDE_BANNER", "true"),
    ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
];

pub(crate) fn dev() -> Outcome {
    setup::for_building()?;
    for port in [EDGE_PORT, PHONE_PORT, MAILBOX_PORT, PROVIDER_PORT] {
        wait_until_free(port)?;
    }
    build::all()?;
    let mailbox_url = format!("http://localhost:{MAILBOX_PORT}/");
    let secrets = secrets::of_the_local_edge(&mailbox_url)?;
    stop::listen();
    phone::serve(PHONE_PORT)?;
    mailbox::serve(MAILBOX_PORT, secrets.notifier_key)?;
    let mut provider = provider::start(PROVIDER_PORT, EDGE_PORT, &["demo", "fresh"])?;
    println!("starting the local edge");
    let mut edge = start_edge()?;
    let door = Door::new(EDGE_PORT);
    wait_until_it_answers(&mut edge, &door)?;
    let sign_ins = demo::tenant(&door, &secrets.operator_token)?;
    let invitation = demo::fresh_invitation(&door, &secrets.operator_token)?;
    println!("\n{}", welcome(&sign_ins, invitation.as_deref()));
    if secrets.notifier_url != mailbox_url {
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

fn start_edge() -> Outcome<Companion> {
    let mut wrangler = run::program(project::node_bin().join("wrangler"));
    wrangler.args(["dev", "--port", &EDGE_PORT.to_string()]);
    wrangler.args("--log-level warn --show-interactive-dev-session false --inspector-port 0".split(' '));
    // Never so in a deployment: an identity provider may be on this machine.
    wrangler.args(["--var", "LOOPBACK_PROVIDERS:allowed"]);
    wrangler.arg("--persist-to").arg(project::edge_state()).envs(QUIET);
    // Its trace of what passes between Worker and objects holds secrets: beside the state that has them too, not at home.
    wrangler.env("WRANGLER_LOG_PATH", project::edge_state().join("logs"));
    Companion::start(wrangler)
}

fn wait_until_it_answers(edge: &mut Companion, door: &Door) -> Outcome {
    let started = Instant::now();
    while door.get("/api/v1/tenants/demo").is_err() {
        if let Some(status) = edge.ended()? {
            return Err(format!("the local edge did not start ({status}); its own words are above"));
        }
        if stop::is_wanted() {
            return Err("stopped".to_owned());
        }
        if started.elapsed() > Duration::from_secs(120) {
            return Err(format!("the local edge does not answer after {}", spell(started.elapsed())));
        }
        sleep(Duration::from_millis(100));
    }
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

fn welcome(sign_ins: &demo::SignIns, invitation: Option<&str>) -> String {
    let demo::SignIns { administrator, member } = sign_ins;
    let issuer = provider::issuer(PROVIDER_PORT);
    let (client_id, client_secret) = (provider::CLIENT_ID, provider::CLIENT_SECRET);
    let fresh = match invitation {
        Some(link) => format!(
            "Its administrator eva is invited: follow the invitation in the mailbox,\n\
             or {link}"
        ),
        None => format!("Its administrator eva has joined: http://localhost:{EDGE_PORT}/t/fresh/sign-in"),
    };
    format!(
        "Edge MFA runs.\n\n\
         \x20 sign in         http://localhost:{EDGE_PORT}/t/demo/sign-in\n\
         \x20 administrator   {administrator}\n\
         \x20 member          {member}\n\
         \x20 demo phone      http://localhost:{PHONE_PORT}   (plays the authenticator app)\n\
         \x20 mailbox         http://localhost:{MAILBOX_PORT}   (what people are sent)\n\n\
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
