//! What is computed, as the page shows it.

use std::fmt::Write;

use edge_mfa_tests::flow::FLOWS;
use edge_mfa_tests::meter::{Counts, ObjectTime};

use crate::distance;
use crate::inputs::*;
use crate::kept::{AFTERWARDS, KEPT};
use crate::prices::{ITEMS, Usage};
use crate::queue::{AS_BUILT, Layout, Morning, morning, questions_per_sign_in};
use crate::tenants::classes;

/// Where the tables begin and end.
const MARKS: [&str; 2] = ["<!-- computed: cargo xtask bench plan -->\n", "<!-- /computed -->\n"];

/// A row of the benchmarks' common table: name, unit, figure.
pub type Row = (String, &'static str, f64);

/// The page with these tables in it.
pub fn filled(page: &str, tables: &str) -> String {
    let (before, rest) = page.split_once(MARKS[0]).expect("where the tables begin");
    let (_, after) = rest.split_once(MARKS[1]).expect("where they end");
    format!("{before}{}\n{tables}\n{}{after}", MARKS[0], MARKS[1])
}

/// All tables, and the figures that matter most.
pub fn computed() -> (String, Vec<Row>) {
    let mut out = String::new();
    let mut rows = Vec::new();
    sizes(&mut out);
    let largest = queueing(&mut out, &mut rows);
    splitting(&mut out, largest);
    latency(&mut out, &mut rows);
    staleness(&mut out);
    bill(&mut out, &mut rows);
    (out.trim_end().to_owned() + "\n", rows)
}

fn sizes(out: &mut String) {
    out.push_str("### Tenants\n\n| members each | tenants | members together |\n|---|---|---|\n");
    for class in classes() {
        line(
            out,
            &[format!("up to {}", whole(class.up_to as f64)), whole(class.tenants as f64), millions(class.members)],
        );
    }
}

/// How many of a tenant's members come around nine in its own region: those elsewhere have another nine.
fn sign_ins(members: u64) -> u64 {
    (members as f64 * PRESENT * AT_HOME) as u64
}

const SIZES: [u64; 5] = [1_000, 10_000, 100_000, 1_000_000, 2_000_000];

/// Gives the largest tenant's morning.
fn queueing(out: &mut String, rows: &mut Vec<Row>) -> Morning {
    let service = TENANT_MS;
    let limit = OBJECT_LIMIT.min(1000.0 / service);
    out.push_str("\n### One tenant's object at nine\n\n");
    let _ = writeln!(
        out,
        "A question takes it {service:.2} ms, so it answers {} a second at most, or {} sign-ins.\n",
        whole(limit),
        whole(limit / questions_per_sign_in())
    );
    out.push_str("| members | sign in | questions a second | at work | waits: half | 99 of 100 | longest |\n");
    out.push_str("|---|---|---|---|---|---|---|\n");
    let mornings = SIZES.map(|members| (members, morning(sign_ins(members), service, AS_BUILT)));
    for (members, seen) in mornings {
        let [half, most, longest] = seen.waits.map(time);
        let busy = format!("{:.0} %", 100.0 * seen.load);
        let cells = [whole(members as f64), whole(sign_ins(members) as f64), whole(seen.busiest), busy];
        line(out, &[&cells[..], &[half, most, longest]].concat());
        if members == 100_000 {
            rows.push(("a tenant of 100,000 at nine: 99 of 100 wait for its object".to_owned(), "ms", seen.waits[1]));
        }
    }
    let largest = largest_borne(service);
    let _ = writeln!(
        out,
        "\nThe largest tenant whose object is at work {:.0} % of that time: {} members.",
        100.0 * FULL,
        whole(largest)
    );
    let above: u64 = classes().iter().filter(|class| class.up_to as f64 > largest).map(|class| class.tenants).sum();
    let _ = writeln!(out, "Of those tenants at most {above} are larger.");
    rows.push(("the largest tenant that one object bears at nine".to_owned(), "members", largest));
    mornings[SIZES.len() - 1].1
}

/// At work for more of its time, an object's queue is long whenever chance has it.
const FULL: f64 = 0.7;

/// By the density of arrivals at nine o'clock sharp.
fn largest_borne(service_ms: f64) -> f64 {
    let density = |share: f64, deviation: f64| share / (deviation * std::f64::consts::TAU.sqrt());
    let at_nine = density(AT_NINE, AT_NINE_SPREAD) + density(1.0 - AT_NINE, OTHERS_SPREAD);
    let service = (service_ms / 1000.0).max(1.0 / OBJECT_LIMIT);
    let largest = FULL / (service * questions_per_sign_in() * at_nine * PRESENT * AT_HOME);
    // To two figures: it is no more certain than that.
    let figure = 10_f64.powf(largest.log10().floor() - 1.0);
    (largest / figure).floor() * figure
}

fn splitting(out: &mut String, as_built: Morning) {
    out.push_str("\n### What would be split first\n\n");
    out.push_str("| a tenant of 2,000,000 | questions a second | at work | waits: half | 99 of 100 | longest |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    let with = |answering| morning(sign_ins(2_000_000), TENANT_MS, Layout { answering, log_apart: true });
    let layouts = [
        ("as it is", as_built),
        ("the log in an object of its own", with(1)),
        ("and members' standing in four", with(4)),
    ];
    for (name, Morning { busiest, load, waits }) in layouts {
        let [half, most, longest] = waits.map(time);
        line(out, &[name.to_owned(), whole(busiest), format!("{:.0} %", 100.0 * load), half, most, longest]);
    }
}

fn latency(out: &mut String, rows: &mut Vec<Row>) {
    let work = CPU_MS[0];
    out.push_str("\n### How long a sign-in with a code takes, typing apart\n\n");
    let _ =
        writeln!(out, "{} of it are computed, the password's hash above all; the rest is on the way.\n", time(work));
    out.push_str("| who is in | tenant's object there too | where it is farthest |\n|---|---|---|\n");
    for waits in distance::by_region(work) {
        line(out, &[waits.region.to_owned(), time(waits.nearest), time(waits.farthest)]);
    }
    let [half, most, nearly_all] = distance::for_all(work);
    let _ = writeln!(
        out,
        "\nOf all sign-ins half take {} at most, 95 of 100 {}, 99 of 100 {}.",
        time(half),
        time(most),
        time(nearly_all)
    );
    rows.push(("a sign-in anywhere, typing apart: 95 of 100".to_owned(), "ms", most));
}

fn staleness(out: &mut String) {
    let checks = 100_000.0 * PRESENT * CHECKS / WORKING_SECONDS;
    out.push_str("\n### What KV's lateness lets through\n\n");
    let _ = writeln!(
        out,
        "A tenant of 100,000 has {} session checks a second. When MFA is switched off or the tenant is suspended, the edges \
         may not know for {KV_STALENESS:.0} s: up to {} checks are answered by what was so before. No object is deceived: \
         whatever changes anything asks one.",
        whole(checks),
        whole(checks * KV_STALENESS)
    );
}

fn bill(out: &mut String, rows: &mut Vec<Row>) {
    let sign_ins = MEMBERS as f64 * PRESENT * WORKING_DAYS / 1e6;
    let counts = |name: &str| FLOWS.iter().position(|flow| flow.name == name).expect("a flow");
    let usage = |at: usize| {
        let Counts { to_tenant, to_member, alarms, .. } = KEPT[at];
        // As it tells the log a member's object waits for the tenant's, which is mostly in the same region.
        let waits = alarms as f64 * (NEARBY_MS + TENANT_MS);
        let member_ms = (to_member + alarms) as f64 * MEMBER_MS + waits;
        Usage::of(&KEPT[at], &ObjectTime { tenant_ms: to_tenant as f64 * TENANT_MS, member_ms }, CPU_MS[at])
    };
    let flow = |name: &'static str, millions: f64| (name, millions, usage(counts(name)));
    let afterwards = Usage::of(&AFTERWARDS, &ObjectTime { tenant_ms: 0.0, member_ms: 2.0 * MEMBER_MS }, 0.0);
    let lines = [
        flow("sign-in", sign_ins * (1.0 - REMEMBERED - RECOVERY)),
        flow("remembered sign-in", sign_ins * REMEMBERED),
        flow("recovery sign-in", sign_ins * RECOVERY),
        flow("wrong password", sign_ins * WRONG / 2.0),
        flow("wrong code", sign_ins * WRONG / 2.0),
        flow("session check", sign_ins * CHECKS),
        ("who stays away: what is left is forgotten", sign_ins / WORKING_DAYS * 4.0, afterwards),
    ];
    out.push_str("\n### A month's bill\n\n");
    let _ =
        writeln!(out, "| | millions | {} | dollars |\n|---|---|{}---|", ITEMS.join(" | "), "---|".repeat(ITEMS.len()));
    let mut sum = [0.0; ITEMS.len()];
    for (name, millions, usage) in &lines {
        let dollars = usage.dollars().map(|dollars| dollars * millions);
        sum.iter_mut().zip(dollars).for_each(|(sum, dollars)| *sum += dollars);
        let cells = dollars.map(whole);
        let ends = [whole(*millions), cells.join(" | "), whole(dollars.iter().sum())];
        line(out, &[&[(*name).to_owned()], &ends[..]].concat());
    }
    let storage = MEMBERS as f64 * BYTES_PER_MEMBER / 1e9 * DOLLARS_PER_GB_MONTH;
    let asked: f64 = sum.iter().sum();
    line(out, &["together".to_owned(), String::new(), sum.map(whole).join(" | "), whole(asked)]);
    let _ = writeln!(
        out,
        "\nAnd {} for what {} keep on disk. Together {} a month: {:.2} cents a member.",
        dollars(storage),
        whole(MEMBERS as f64),
        dollars(asked + storage),
        100.0 * (asked + storage) / MEMBERS as f64
    );
    let enrolment = usage(counts("first sign-in with enrolment")).total();
    let _ = writeln!(out, "That everybody enrols once costs {}.", dollars(enrolment * MEMBERS as f64 / 1e6));
    rows.push(("100,000,000 members, a month".to_owned(), "$", asked + storage));
}

fn line(out: &mut String, cells: &[String]) {
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

fn dollars(amount: f64) -> String {
    format!("${}", whole(amount))
}

fn millions(members: u64) -> String {
    format!("{:.1} million", members as f64 / 1e6)
}

/// In the unit that fits.
fn time(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms if ms < 100_000.0 => format!("{:.1} s", ms / 1000.0),
        ms => format!("{:.0} min", ms / 60_000.0),
    }
}

/// With its thousands apart.
fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}
