//! All phases side by side, as Markdown.

use std::time::Duration;

use crate::memory::Seen;
use crate::probe::{Latencies, Times};
use crate::tally::Tally;

/// What the issue asks for: not more than this many times the quiet time.
const TWICE: f64 = 2.0;

/// One phase.
pub struct Phase {
    pub name: &'static str,
    /// Requests a second that were to come.
    pub rate: f64,
    pub latencies: Latencies,
    pub tally: Tally,
    pub length: Duration,
    /// Seconds of a processor that the runtime took.
    pub busy: f64,
    /// Resident memory before and after, in mebibytes.
    pub memory: (f64, f64),
}

/// Every phase, the quiet one first.
#[derive(Default)]
pub struct Report {
    phases: Vec<Phase>,
}

impl Report {
    /// One more.
    pub fn add(&mut self, phase: Phase) {
        self.phases.push(phase);
    }

    /// Whether every answer of a flood was a refusal, and every act of the others succeeded.
    pub fn is_clean(&self) -> bool {
        self.phases.iter().all(|phase| phase.tally.faults() + phase.latencies.tally.faults() == 0)
    }

    /// The whole of it.
    pub fn written(&self, memory: &Seen) -> String {
        let mut lines = vec![
            "Times in ms: median / 95 % (how many times the quiet median / 95 %). *Here* is the flooded tenant."
                .to_owned(),
            String::new(),
            "| phase | flood, a second | sign-in here | elsewhere | account here | elsewhere | busy | of it per flood's request | MiB |".to_owned(),
            "|---|---|---|---|---|---|---|---|---|".to_owned(),
        ];
        lines.extend(self.phases.iter().map(|phase| self.line(phase)));
        lines.push(String::new());
        for phase in &self.phases {
            lines.push(format!(
                "- {}: flood {}; others {}",
                phase.name,
                phase.tally.written(),
                phase.latencies.tally.written()
            ));
        }
        let ((first, last), slope) = (memory.thirds(), memory.slope());
        lines.push(String::new());
        lines.push(format!(
            "Memory of workerd: median of the first third {first:.0} MiB, of the last {last:.0} MiB; {slope:+.1} MiB a \
             minute over the second half."
        ));
        let worst = |part: f64| self.phases.iter().flat_map(|it| self.ratios(it, part)).fold(0.0, f64::max);
        let (median, tail) = (worst(0.5), worst(0.95));
        let verdict = |ratio: f64| if ratio <= TWICE { "within twice" } else { "MORE THAN TWICE" };
        lines.push(format!(
            "Others' times at the worst: median {median:.2} times the quiet one ({}), 95 % {tail:.2} times ({}).",
            verdict(median),
            verdict(tail)
        ));
        let machine = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let machine = machine.split(' ').nth(1).unwrap_or("unknown");
        lines.push(format!("Load of the machine, last 5 minutes: {machine}."));
        lines.push(format!("Everything but a refusal: {}", if self.is_clean() { "none" } else { "SEE ABOVE" }));
        lines.join("\n")
    }

    fn line(&self, phase: &Phase) -> String {
        let cells = kinds(&phase.latencies).into_iter().enumerate().map(|(kind, times)| {
            let quiet = self.quiet(kind);
            let cell = |part: f64| (times.quantile(part), times.quantile(part) / quiet.quantile(part));
            let ((median, of_median), (tail, of_tail)) = (cell(0.5), cell(0.95));
            format!("{median:.0} / {tail:.0} ({of_median:.2} / {of_tail:.2})")
        });
        let cells: Vec<String> = cells.collect();
        let busy = phase.busy / phase.length.as_secs_f64() * 100.0;
        let (name, rate, each, (began, ended)) = (phase.name, phase.rate, self.cost(phase), phase.memory);
        format!("| {name} | {rate:.1} | {} | {busy:.0} % | {each} | {began:.0} → {ended:.0} |", cells.join(" | "))
    }

    /// Processor time of one request of the flood: what the runtime took in all, less what the others' acts take in the
    /// quiet. It does not depend on what else the machine has to do.
    fn cost(&self, phase: &Phase) -> String {
        let quiet = &self.phases[0];
        let act = quiet.busy / quiet.latencies.tally.all() as f64;
        match phase.tally.all() {
            0 => format!("({:.0} ms an act of the others)", act * 1000.0),
            count => {
                let rest = phase.busy - act * phase.latencies.tally.all() as f64;
                format!("{:.1} ms", rest / count as f64 * 1000.0)
            }
        }
    }

    fn ratios(&self, phase: &Phase, part: f64) -> Vec<f64> {
        let of = |(kind, times): (usize, &Times)| times.quantile(part) / self.quiet(kind).quantile(part);
        kinds(&phase.latencies).into_iter().enumerate().map(of).collect()
    }

    fn quiet(&self, kind: usize) -> &Times {
        kinds(&self.phases[0].latencies)[kind]
    }
}

fn kinds(latencies: &Latencies) -> [&Times; 4] {
    let [sign_in, elsewhere] = &latencies.sign_in;
    let [account, accounts_elsewhere] = &latencies.account;
    [sign_in, elsewhere, account, accounts_elsewhere]
}
