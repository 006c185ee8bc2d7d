//! `cargo xtask`: the commands of the README and nothing else.

mod bench;
mod build;
mod campaign;
mod dev;
mod example;
mod package;
mod pages;
mod pins;
mod project;
mod reproduce;
mod rules;
mod run;
mod screenshots;
mod setup;
mod stamp;
mod supply;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask dev [--port N]   set up, build and start the local edge with a demo tenant; on ports N to N+3 instead of
                             8787 to 8790
cargo xtask test [part…]     set up and run every test, or only the parts named
cargo xtask example NAME     start an example application with an edge of its own
cargo xtask build            build the browser module and the Worker (wrangler runs this)
cargo xtask package          put the npm package together, in target/npm
cargo xtask reproduce        build what is shipped once more, elsewhere: the same bytes
cargo xtask bench [part…]    ours beside others' in one table, all of it or the parts named
cargo xtask bench switch-off [members…]
                             how fast a tenant is switched off, and that nothing is left
cargo xtask bench growth [members…]
                             the part `growth` at other sizes than its own, a million for one
cargo xtask bench load       what floods cost the others, and that each is refused
cargo xtask bench timing     whether comparisons of secrets tell by their time what they compare
cargo xtask bench unknown    whether answers tell by their time who is a member
cargo xtask campaign NAME    what the tests do briefly, at length
cargo xtask screenshots [language]
                             makes the README's pictures anew from the real pages
cargo xtask rules            breaks one rule of the core after the other, and sees its tests fail

Parts of the tests, in the order they run:
";

/// A failure is one text for the person at the terminal; there is nothing to match on.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] | ["help"] | [.., "-h" | "--help"] => {
            println!("{}", help());
            Ok(())
        }
        ["dev"] => dev::dev(None),
        ["dev", "--port", port] => dev::dev(Some(port)),
        ["example"] => {
            println!("Which one? `cargo xtask example NAME`:\n\n{}", example::list());
            Ok(())
        }
        ["example", name] => example::example(name),
        ["build"] => build::command(),
        ["package"] => package::command(),
        ["reproduce"] => reproduce::command(),
        ["bench", "switch-off", sizes @ ..] if !sizes.iter().any(|size| size.starts_with('-')) => {
            bench::switch_off(sizes)
        }
        ["bench", "growth", sizes @ ..]
            if !sizes.is_empty() && sizes.iter().all(|size| size.parse::<u32>().is_ok()) =>
        {
            bench::growth(sizes)
        }
        ["bench", "load"] => bench::load(),
        ["bench", "timing"] => bench::timing(),
        ["bench", "unknown"] => bench::unknown(),
        ["bench", parts @ ..] if !parts.iter().any(|part| part.starts_with('-')) => bench::side_by_side(parts),
        ["test", parts @ ..] if !parts.iter().any(|part| part.starts_with('-')) => test::test(parts),
        ["screenshots"] => screenshots::ours(),
        ["screenshots", language] => screenshots::screenshots(language),
        ["rules"] => rules::rules(),
        ["campaign", name] => campaign::campaign(name),
        _ => Err(format!("there is no such command.\n\n{}", help())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\ncargo xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let (parts, campaigns, figures) = (test::list_of_parts(), campaign::list(), bench::list_of_parts());
    format!(
        "{HELP}{parts}\nParts of the benchmark:\n\n{figures}\nThe examples:\n\n{}\nThe campaigns:\n\n{campaigns}",
        example::list()
    )
}
