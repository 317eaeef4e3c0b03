//! Two writers and eight readers, all processes, for some time. The articles have a counter that only grows: no
//! reader may see it smaller than before, smaller than a run that had ended, or torn.

use std::fmt;
use std::fs;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Stage;
use crate::Result;
use crate::answers::{faults_of_output, orphans, segment_of};
use crate::folder;
use crate::process::Output;
use crate::scenario::article;

const READERS: usize = 8;

/// A word that the counter alone has.
const SEARCH: &[&str] = &["search", "--format", "json", "tallystick"];

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Counts {
    rounds: AtomicUsize,
    refused: AtomicUsize,
    waited: AtomicUsize,
    reads: AtomicUsize,
    advances: AtomicUsize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        write!(
            f,
            "{} runs of the first writer ({} more refused, as the other one wrote), {} of the one that waits; \
             {} searches by {READERS} readers, {} of which saw a later counter than the one before",
            of(&self.rounds),
            of(&self.refused),
            of(&self.waited),
            of(&self.reads),
            of(&self.advances)
        )
    }
}

/// What all see.
struct Race<'a> {
    stage: &'a Stage,
    counts: &'a Counts,
    until: Instant,
    /// The counter may be in the folder already, up to this.
    written: AtomicU64,
    /// The counter is in the folder, at least this.
    placed: AtomicU64,
    /// A run has ended well that read the counter at this or later.
    committed: AtomicU64,
    faults: Mutex<Vec<String>>,
}

/// Runs all for this time; what was wrong.
pub(super) fn play(stage: &Stage, time: Duration, counts: &Counts) -> Result<Vec<String>> {
    stage.reset()?;
    let race = Race {
        stage,
        counts,
        until: Instant::now() + time,
        written: AtomicU64::new(0),
        placed: AtomicU64::new(0),
        committed: AtomicU64::new(0),
        faults: Mutex::new(Vec::new()),
    };
    race.put(0)?;
    super::must(&stage.program, &stage.base, &["index", "src"])?;
    let names = folder::names(&stage.base.join("ix"))?;
    thread::scope(|scope| {
        let race = &race;
        let mut all = vec![
            scope.spawn(|| race.write()),
            scope.spawn(|| race.wait_and_write()),
        ];
        all.extend((0..READERS).map(|_| scope.spawn(|| race.read())));
        for one in all {
            one.join().map_err(|_| "a thread panicked")??;
        }
        Result::Ok(())
    })?;
    let mut faults = race
        .faults
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    for (args, what) in [
        (&["index", "src"][..], "the next run"),
        (&["check"], "check"),
    ] {
        let output = stage.run(args)?;
        if !output.is(0) {
            faults.push(format!(
                "{what} after the race: {} {}",
                output.brief(),
                output.out.trim()
            ));
        }
    }
    let names = names.into_iter().filter(|name| segment_of(name).is_none());
    let left = orphans(&stage.base.join("ix"), &names.collect())?;
    if let Some(first) = left.first() {
        faults.push(format!("left over: {} files such as {first}", left.len()));
    }
    Ok(faults)
}

impl Race<'_> {
    fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    fn fault(&self, fault: String) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        // The first tell enough.
        if faults.len() < 100 {
            faults.push(fault);
        }
    }

    /// Replaces the counter at once, and some other article.
    fn put(&self, number: u64) -> Result<()> {
        let base = &self.stage.base;
        let text = format!(
            "---\ntitle: Counter {number}\nround: {number}\n---\n\nThe tallystick says {number} now.\n"
        );
        self.written.store(number, Ordering::SeqCst);
        // What is hidden is no article.
        let new = base.join("src/.counter");
        fs::write(&new, text)?;
        fs::rename(new, base.join("src/counter.md"))?;
        self.placed.store(number, Ordering::SeqCst);
        let path = format!("src/n{}.md", number % 7);
        if number.is_multiple_of(3) {
            match fs::remove_file(base.join(path)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
                _ => Ok(()),
            }
        } else {
            folder::write(&base.join(&path), article(&path, number as u32).as_bytes())
        }
    }

    /// Raises the counter and runs, again and again.
    fn write(&self) -> Result<()> {
        let mut number = 0;
        while self.goes_on() {
            number += 1;
            self.put(number)?;
            let output = self.stage.run(&["index", "src"])?;
            if output.is(2) && output.err.contains("--wait") {
                self.counts.refused.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            self.ended("a run", &output, number);
            self.counts.rounds.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Runs again and again, and waits for the other.
    fn wait_and_write(&self) -> Result<()> {
        while self.goes_on() {
            let number = self.placed.load(Ordering::SeqCst);
            let output = self.stage.run(&["index", "--wait=30", "src"])?;
            self.ended("a run that waits", &output, number);
            self.counts.waited.fetch_add(1, Ordering::Relaxed);
            // Else the other one would hardly ever find the lock free.
            thread::sleep(self.stage.takes[0]);
        }
        Ok(())
    }

    fn ended(&self, who: &str, output: &Output, number: u64) {
        if output.is(0) {
            self.committed.fetch_max(number, Ordering::SeqCst);
        } else {
            self.fault(format!("{who} fails: {}", output.brief()));
        }
    }

    /// Searches again and again.
    fn read(&self) -> Result<()> {
        let mut last = 0;
        while self.goes_on() {
            let least = self.committed.load(Ordering::SeqCst);
            let output = self.stage.run(SEARCH)?;
            let most = self.written.load(Ordering::SeqCst);
            self.counts.reads.fetch_add(1, Ordering::Relaxed);
            for fault in faults_of_output(&output) {
                self.fault(fault);
            }
            match counter(&output) {
                Err(fault) => self.fault(fault),
                Ok(number) if number < last => {
                    self.fault(format!("the counter goes back: from {last} to {number}"));
                }
                Ok(number) if !(least..=most).contains(&number) => {
                    self.fault(format!(
                        "not the last commit: {number} for {least} to {most}"
                    ));
                }
                Ok(number) => {
                    let advance = usize::from(number > last);
                    self.counts.advances.fetch_add(advance, Ordering::Relaxed);
                    last = number;
                }
            }
        }
        Ok(())
    }
}

/// The counter that a search found: one hit, whose title, front matter and text say the same.
fn counter(output: &Output) -> std::result::Result<u64, String> {
    if !output.is(0) || !output.err.is_empty() {
        return Err(format!("a search fails: {}", output.brief()));
    }
    let page: Value =
        serde_json::from_str(&output.out).map_err(|error| format!("no JSON: {error}"))?;
    let hits = page["hits"].as_array().map_or(0, Vec::len);
    if hits != 1 || page["total"] != 1 {
        return Err(format!(
            "not one counter: {hits} hits, {} in all",
            page["total"]
        ));
    }
    let hit = &page["hits"][0];
    let number = hit["metadata"]["round"]
        .as_u64()
        .ok_or("no counter in the front matter")?;
    let torn = hit["path"] != "counter.md"
        || hit["title"] != format!("Counter {number}")
        || hit["snippet"]["text"] != format!("The tallystick says {number} now.");
    if torn {
        return Err(format!("torn: {hit}"));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::counter;
    use crate::process::{End, Output};

    fn output(title: u64, text: u64) -> Output {
        Output {
            end: End::Exit(0),
            out: format!(
                r#"{{"total": 1, "hits": [{{"path": "counter.md", "title": "Counter {title}",
                "metadata": {{"round": 7}}, "snippet": {{"text": "The tallystick says {text} now."}}}}]}}"#
            ),
            err: String::new(),
        }
    }

    #[test]
    fn a_hit_of_two_rounds_is_torn() {
        assert_eq!(counter(&output(7, 7)), Ok(7));
        assert!(counter(&output(7, 6)).is_err());
        assert!(counter(&output(8, 7)).is_err());
    }
}
