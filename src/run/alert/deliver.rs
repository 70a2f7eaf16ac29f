//! Empties the queue of deliveries as far as the receivers let it; what fails waits for a later batch.

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::SignedDuration;

use crate::config::alert::Alert;
use crate::error::{Error, Result};
use crate::run::Batch;
use crate::run::report::Report;
use crate::store::Store;
use crate::store::alert::Delivery;

use super::AlertReport;
use super::courier::{Courier, Failure};

/// The wait after the second failure; it doubles with each. After the first, the next batch tries again.
const WAIT: SignedDuration = SignedDuration::from_mins(5);

/// The longest wait.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);

/// How long something is tried.
const TRIED: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Batch<'_> {
    /// Sends what is due, to all receivers at once. A failure of theirs stops nothing: the report tells it.
    pub(super) fn deliver(&self, store: &Store, report: &mut Report) -> Result<()> {
        let failed = |source| Error::io("send to", "webhooks", source);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let sent = runtime.block_on(async {
            let alerts = self.config.alerts.iter();
            let mut under_way: FuturesUnordered<_> =
                alerts.map(|alert| self.deliver_to(alert, store)).collect();
            let mut sent = Vec::new();
            while let Some(done) = under_way.next().await {
                sent.push(done?);
            }
            Ok::<_, Error>(sent)
        })?;
        for (id, sent) in sent {
            let told = report.alerts.entry(id.to_owned()).or_default();
            let waiting = store.alert(id)?.map_or(0, |state| state.waiting);
            *told = AlertReport {
                new: told.new,
                changed: told.changed,
                waiting,
                ..sent
            };
        }
        Ok(())
    }

    /// Sends what is due to one receiver, in order, until one attempt is not answered at all.
    async fn deliver_to<'c>(
        &self,
        alert: &'c Alert,
        store: &Store,
    ) -> Result<(&'c str, AlertReport)> {
        let mut sent = AlertReport::default();
        let Some(courier) = Courier::new(&self.config.crawl, alert)? else {
            return Ok((&alert.id, sent));
        };
        let mut last = 0;
        while let Some(delivery) =
            store.delivery_behind(&alert.id, last, self.clock.now(), LONGEST_WAIT)?
        {
            last = delivery.id;
            let answer = tokio::select! {
                biased;
                () = self.stop.requested() => break,
                answer = courier.send(&delivery.key, &delivery.body, self.clock.now()) => answer,
            };
            let Err(failure) = answer else {
                store.drop_delivery(delivery.id)?;
                sent.delivered += 1;
                continue;
            };
            tracing::warn!("alert `{}` was not delivered: {}", alert.id, failure.cause);
            *sent.failed.entry(failure.cause.clone()).or_default() += 1;
            sent.given_up += u64::from(self.postpone(store, &delivery, &failure)?);
            if failure.silent {
                break;
            }
        }
        Ok((&alert.id, sent))
    }

    /// Leaves a delivery for later. True where it was tried for so long that it is given up.
    fn postpone(&self, store: &Store, delivery: &Delivery, failure: &Failure) -> Result<bool> {
        let now = self.clock.now();
        if now.duration_since(delivery.made) > TRIED {
            store.drop_delivery(delivery.id)?;
            return Ok(true);
        }
        let wait = wait(delivery.attempts).max(failure.retry_after.unwrap_or_default());
        let due = now.saturating_add(wait.min(LONGEST_WAIT)).unwrap_or(now);
        store.postpone_delivery(delivery.id, &failure.cause, due)?;
        Ok(false)
    }
}

/// How long to wait after an attempt, by how many were made before it.
fn wait(before: u32) -> SignedDuration {
    match before.checked_sub(1) {
        None => SignedDuration::ZERO,
        Some(doublings) => {
            let factor = 1_i32.checked_shl(doublings).filter(|factor| *factor > 0);
            factor
                .and_then(|factor| WAIT.checked_mul(factor))
                .map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let minutes: Vec<i64> = (0..9).map(|before| wait(before).as_mins()).collect();
        assert_eq!(minutes, [0, 5, 10, 20, 40, 80, 160, 320, 360]);
        for before in [31, 32, 33, u32::MAX] {
            assert_eq!(wait(before), LONGEST_WAIT, "{before}");
        }
    }
}
