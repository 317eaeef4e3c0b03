//! A bound on how many bytes of documents are under way to the engine at once.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Bytes that may be under way; whoever wants more waits until others have arrived.
#[derive(Debug, Clone)]
pub(crate) struct Budget(Arc<State>);

#[derive(Debug)]
struct State {
    limit: usize,
    used: Mutex<usize>,
    freed: Condvar,
}

/// A share of the budget, given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    budget: Budget,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        let (used, freed) = (Mutex::new(0), Condvar::new());
        Self(Arc::new(State { limit, used, freed }))
    }

    /// Waits until `bytes` are free. More than the whole budget is granted when nothing else is
    /// under way.
    pub(crate) fn acquire(&self, bytes: usize) -> Permit {
        let used = self.0.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut used = self
            .0
            .freed
            .wait_while(used, |used| *used > 0 && *used + bytes > self.0.limit)
            .unwrap_or_else(PoisonError::into_inner);
        *used += bytes;
        Permit {
            budget: self.clone(),
            bytes,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut used = self
            .budget
            .0
            .used
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *used -= self.bytes;
        self.budget.0.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn a_permit_waits_until_there_is_room() {
        let budget = Budget::new(10);
        let first = budget.acquire(8);
        let (granted, wait) = mpsc::channel();
        let other = budget.clone();
        let thread = thread::spawn(move || {
            let permit = other.acquire(5);
            granted.send(()).expect("somebody waits");
            drop(permit);
        });
        assert!(wait.try_recv().is_err());
        drop(first);
        wait.recv().expect("the permit is granted");
        thread.join().expect("no panic");
    }

    #[test]
    fn more_than_the_budget_is_granted_alone() {
        let budget = Budget::new(10);
        drop(budget.acquire(100));
        drop(budget.acquire(10));
    }
}
