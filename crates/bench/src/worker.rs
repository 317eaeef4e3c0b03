//! A process that searches when it is told to, and the other end of its line.
//!
//! It greets with `gleaner-bench 1 ARTICLES`. A request is a line of what is wanted, the number of runs,
//! a budget in microseconds and the text, between tabs. The answer is a line of the number of matches,
//! a tab, and the time of each run in nanoseconds, between blanks; or `error`, a tab and a text. The lines
//! are those of any version that knows the same number, so a saved program can be asked by a later one.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use gleaner::Searcher;

use crate::error::{Error, Result, io};
use crate::measure::{Stopwatch, search};
use crate::queries::{BenchQuery, What};

/// What a worker says first.
const GREETING: &str = "gleaner-bench 1";

/// Answers requests until there are no more. A search is made once untimed, and then as often as it was
/// asked for, or until the budget is used up.
///
/// # Errors
/// Those of [`Searcher::articles`], and those of the streams.
pub fn serve(
    searcher: &Searcher,
    stopwatch: Stopwatch,
    input: impl BufRead,
    mut output: impl Write,
) -> Result<()> {
    let lost = |error| io("serving", Path::new("requests"))(error);
    writeln!(output, "{GREETING} {}", searcher.articles()?).map_err(lost)?;
    output.flush().map_err(lost)?;
    for line in input.lines() {
        let answer = match answer(searcher, stopwatch, &line.map_err(lost)?) {
            Ok(answer) => answer,
            Err(why) => format!("error\t{}", why.replace(['\n', '\t'], " ")),
        };
        writeln!(output, "{answer}").map_err(lost)?;
        output.flush().map_err(lost)?;
    }
    Ok(())
}

fn answer(searcher: &Searcher, stopwatch: Stopwatch, request: &str) -> Result<String, String> {
    let parts: Vec<&str> = request.splitn(4, '\t').collect();
    let [what, runs, budget, text] = parts[..] else {
        return Err("not a request".into());
    };
    let what = What::named(what).ok_or("nothing known is wanted")?;
    let runs: usize = runs.parse().map_err(|_| "no number of runs")?;
    let budget: u64 = budget.parse().map_err(|_| "no budget")?;
    let put = || search(searcher, what, text).map_err(|error| error.to_string());
    let (total, started) = (put()?, Instant::now());
    let mut times: Vec<String> = Vec::new();
    while times.len() < runs {
        let (found, time) = stopwatch.time(put);
        found?;
        times.push(time.as_nanos().to_string());
        if started.elapsed() >= Duration::from_micros(budget) {
            break;
        }
    }
    Ok(format!("{total}\t{}", times.join(" ")))
}

/// A worker, from the side of who asks. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Worker {
    program: PathBuf,
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts a program on an index, and waits for its greeting.
    pub(crate) fn start(program: &Path, index: &Path, arguments: &[String]) -> Result<Self> {
        let spawned = Command::new(program)
            .arg("--index")
            .arg(index)
            .args(["bench", "--worker"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut process = spawned.map_err(io("running", program))?;
        let (Some(requests), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(failed(program, "has no streams"));
        };
        let mut worker = Self {
            program: program.to_path_buf(),
            process,
            requests,
            answers: BufReader::new(answers),
        };
        let greeting = worker.line()?;
        if greeting
            .strip_prefix(GREETING)
            .is_none_or(|rest| !rest.starts_with(' '))
        {
            let why = format!("greeted with `{greeting}` instead of `{GREETING}`");
            return Err(failed(program, &why));
        }
        Ok(worker)
    }

    /// Has a query put, and gives the number of matches and the shortest time in nanoseconds.
    pub(crate) fn ask(
        &mut self,
        query: &BenchQuery,
        what: What,
        (runs, budget): (usize, Duration),
    ) -> Result<(u64, u64)> {
        let (what, budget) = (what.name(), budget.as_micros());
        let request = format!("{what}\t{runs}\t{budget}\t{}\n", query.text);
        let sent = self.requests.write_all(request.as_bytes());
        sent.and_then(|()| self.requests.flush())
            .map_err(io("asking", &self.program))?;
        let line = self.line()?;
        let read = line.split_once('\t').and_then(|(total, times)| {
            let times = times.split(' ').map(|time| time.parse::<u64>().ok());
            Some((total.parse().ok()?, times.min()??))
        });
        read.ok_or_else(|| failed(&self.program, &format!("answered `{line}`")))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        if read.map_err(io("listening to", &self.program))? > 0 {
            return Ok(line.trim_end().to_owned());
        }
        let mut why = String::new();
        if let Some(errors) = &mut self.process.stderr {
            // Whatever it could say is better than nothing.
            let _ = errors.read_to_string(&mut why);
        }
        let why = why.trim().lines().next().unwrap_or("ended without a word");
        Err(failed(&self.program, why))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn failed(program: &Path, why: &str) -> Error {
    Error::Program {
        program: program.to_path_buf(),
        why: why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use gleaner::IngestOptions;

    use super::*;

    #[test]
    fn a_worker_greets_and_answers_each_line() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds");
        let made = gleaner::ingest_in_memory(folder, &IngestOptions::default());
        let searcher = Searcher::of(&made.expect("indexed").0).expect("a searcher");
        let requests =
            "hits\t3\t60000000\tteaser\ncount\t9\t0\tnetflix \"x\ty\nall\t1\t1\tx\nhits\n";
        let mut answers = Vec::new();
        serve(
            &searcher,
            Stopwatch::default(),
            requests.as_bytes(),
            &mut answers,
        )
        .expect("served");
        let answers = String::from_utf8(answers).expect("UTF-8");
        let answers: Vec<&str> = answers.lines().collect();
        assert_eq!(answers[0], "gleaner-bench 1 3");
        let times = answers[1].strip_prefix("1\t").expect("one match");
        assert_eq!(
            times
                .split(' ')
                .filter_map(|time| time.parse::<u64>().ok())
                .count(),
            3
        );
        let times = answers[2].strip_prefix("3\t").expect("three matches");
        assert!(
            times.parse::<u64>().is_ok(),
            "the budget allows one run: {times}"
        );
        assert_eq!(
            answers[3..],
            ["error\tnothing known is wanted", "error\tnot a request"]
        );
    }

    #[test]
    fn a_program_that_is_none_is_told_of() {
        let none = Path::new("no/such/program");
        let error = Worker::start(none, Path::new("index"), &[]).expect_err("an error");
        assert_eq!(error.to_string(), "running no/such/program");
    }
}
