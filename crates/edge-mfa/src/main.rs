//! `edge-mfa`: what the operator of the platform does, from a terminal, over the HTTP API only.

mod address;
mod arguments;
mod audit;
mod confirm;
mod door;
mod export;
mod failure;
mod health;
mod import;
mod key_tally;
mod keys;
mod members;
mod output;
mod pages;
mod part;
mod problem;
mod progress;
mod tenants;
mod time;
mod token;
mod verify;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;
use door::Door;
use failure::Outcome;
use output::Output;

fn main() -> ExitCode {
    // Help ends here with 0, wrong usage with 2.
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.told(),
    }
}

fn run(arguments: &Arguments) -> Outcome {
    let out = Output { json: arguments.json };
    // What works offline needs neither address nor token.
    let door = || Ok(Door::new(arguments.address()?, token::find(arguments.token_file.as_deref())?));
    match &arguments.command {
        Command::Tenants(command) => tenants::run(command, &door()?, out),
        Command::Members(command) => members::run(command, &door()?, out),
        Command::Audit(command) => audit::run(command, door, out),
        Command::Import(what) => import::run(what, door, out),
        Command::Export(what) => export::run(what, &door()?, out),
        Command::Keys(command) => keys::run(*command, &door()?, out),
        Command::Health => health::run(&door()?, out),
    }
}
