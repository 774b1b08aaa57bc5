//! An error budget that burns too fast, from its events to the chat.

use sovani_ops::{
    detectors::{DETECTORS, Detector, Entry},
    domain::{Aftermath, By, Check, Severity, Status, Target, Verdict, Who},
    ops::{checks, remediation::remediate_by_hand, sweep},
};

use super::*;
use crate::support::{
    delivery::delivered,
    program::{ALERT_CHAT, TestProgram},
};

const LATENCY: &str = "check_api_latency_p95";
const BAD_TEXT: &str = "API latency p95: error budget burns";

/// The API's latency, of which the detector itself finds what the test says.
macro_rules! latency {
    ($verdict:expr) => {{
        static DETECTOR: Detector = Detector {
            name: LATENCY,
            severity: Severity::Warning,
            target: Some(Target::ApiLatency),
            reads: &[],
            also_reads: &[],
            thresholds: &[],
            runbook: "",
            run: |_| Box::pin(async { $verdict }),
        };
        &DETECTOR
    }};
}

fn passing() -> &'static Detector {
    latency!(Ok(Verdict::pass("API p95 latency 300ms")))
}

fn failing() -> &'static Detector {
    latency!(Ok(Verdict::fail(
        "p95",
        "API p95 latency 1500ms exceeds SLO 1200ms"
    )))
}

/// The program without any actions of its own accord, and the hand of its clock.
struct Scene {
    program: TestProgram,
    clock: Clock,
}

impl Scene {
    async fn beside(database: &TestDatabase) -> Self {
        Self::with_tiers(database, "14.4,6,3,1").await
    }

    async fn with_tiers(database: &TestDatabase, tiers: &str) -> Self {
        let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
        let setup = Setup::beside(database).with("SLO_BURN_TIERS", tiers);
        let program = setup.at(&clock).start().await;
        Self { program, clock }
    }

    /// Requests made this long ago, with the number of slow ones.
    async fn requests(&self, ago: Duration, total: f64, bad: f64) {
        let at = self.clock.now() - ago;
        count(&self.program, Target::ApiLatency, at, total, bad).await;
    }

    async fn looks(&self, detector: &'static Detector) -> Check {
        checks::run_one(self.program.cx(), &Entry::BuiltIn(detector)).await
    }

    /// A sweep. How many alerts it sent.
    async fn sweeps(&self, detector: &'static Detector) -> usize {
        self.program.finds(&[self.looks(detector).await]).await
    }

    /// A month of sound requests and a day on which every fifth is slow, which is four times what 95 % tolerate.
    async fn slow_day(&self) {
        self.requests(Duration::days(10), 99_000.0, 0.0).await;
        self.requests(Duration::hours(20), 1000.0, 200.0).await;
        self.requests(Duration::minutes(90), 100.0, 20.0).await;
    }
}

async fn open_incidents(database: &TestDatabase) -> Vec<String> {
    let query = "SELECT severity || ' ' || occurrences FROM ops_incidents WHERE closed_at IS NULL ORDER BY id";
    database.texts(query).await
}

#[each_database]
async fn a_slow_burn_is_a_ticket_a_fast_one_calls_and_the_end_is_told(database: TestDatabase) {
    let scene = Scene::beside(&database).await;
    scene.slow_day().await;

    assert_eq!(scene.sweeps(passing()).await, 1);

    // Of 100 100 requests 5005 may be slow, and 220 were: 4785/5005 of 30 days, four times too fast, are 172.1 h.
    let text = "API latency p95: error budget burns 4 times too fast (1 d: 4, 2 h: 4); \
                at this rate the 30-day budget is used up in 7 d 4 h";
    let alert = scene.program.hears(ALERT_CHAT, text).await;
    assert!(alert.text.contains("WARNING"), "{}", alert.text);
    assert!(alert.text.contains("95.60%"), "{}", alert.text);
    assert_eq!(open_incidents(&database).await, ["warning 1"]);
    // Before its delivery is on record, what comes next would go into the alert itself.
    delivered(&database, &scene.clock).await;

    // In the last hour all of 100 were slow, 20 times what is tolerated; 4685/5010 of 30 days at that rate are 33.7 h.
    scene.clock.advance(Duration::minutes(5));
    scene.requests(Duration::zero(), 100.0, 100.0).await;
    assert_eq!(scene.sweeps(passing()).await, 1);
    let alert = scene
        .program
        .reads(&alert, "burns 20 times too fast (1 h: 20, 5 min: 20)")
        .await;
    assert!(
        alert.text.contains("ERROR") && alert.text.contains("used up in 1 d 9 h"),
        "{}",
        alert.text
    );
    scene
        .program
        .hears(ALERT_CHAT, "Worse: it was warning, now it is error.")
        .await;
    assert_eq!(open_incidents(&database).await, ["error 2"]);

    scene.clock.advance(Duration::days(4));
    scene.requests(Duration::zero(), 1000.0, 0.0).await;
    scene.sweeps(passing()).await;
    scene.sweeps(passing()).await;
    scene.program.reads(&alert, "RESOLVED").await;
    assert!(open_incidents(&database).await.is_empty());

    let remediations = "SELECT COUNT(*) FROM ops_remediation_history";
    assert_eq!(
        database.number(remediations).await,
        0,
        "nothing is remedied by restarting what is sound now"
    );
}

#[each_database]
async fn a_budget_that_is_used_up_is_said_to_be(database: TestDatabase) {
    let scene = Scene::beside(&database).await;
    scene.requests(Duration::zero(), 20.0, 20.0).await;

    let check = scene.looks(passing()).await;

    assert_eq!(
        (check.status, check.severity),
        (Status::Fail, Severity::Error)
    );
    assert_eq!(
        check.message,
        "API latency p95: error budget burns 20 times too fast (1 h: 20, 5 min: 20); the 30-day budget is used up"
    );
}

#[each_database]
async fn a_burning_budget_calls_for_no_remedy(database: TestDatabase) {
    let scene = Scene::beside(&database).await;
    scene.requests(Duration::zero(), 100.0, 100.0).await;
    let check = scene.looks(passing()).await;

    let cx = scene.program.cx();
    let (stats, called) = sweep::act_on(cx, &cx.settings.registry(), &[check]).await;

    assert_eq!(
        (
            stats.alerts_sent,
            stats.remediations_triggered,
            called.len()
        ),
        (1, 0, 0)
    );
}

#[each_database]
async fn a_remedy_is_offered_for_the_fault_and_not_for_what_it_costs_the_budget(
    database: TestDatabase,
) {
    let scene = Scene::beside(&database).await;
    scene.requests(Duration::zero(), 100.0, 100.0).await;

    assert_eq!(scene.sweeps(failing()).await, 2);

    for (text, offered) in [("API p95 latency 1500ms", true), (BAD_TEXT, false)] {
        let alert = scene.program.hears(ALERT_CHAT, text).await;
        let labels = alert.labels().concat().join(" ");
        assert!(labels.contains("Ack"), "{labels}");
        assert_eq!(labels.contains("Remediate"), offered, "{text}: {labels}");
    }
}

#[each_database]
async fn a_remedy_has_worked_when_nothing_but_the_budget_is_left_to_burn(database: TestDatabase) {
    let scene = Scene::beside(&database).await;
    scene.requests(Duration::zero(), 100.0, 100.0).await;
    let anna = Who::in_chat(By::user(7, "Anna"), 7);

    for (detector, aftermath) in [
        (passing(), Aftermath::Fixed),
        (failing(), Aftermath::StillFailing),
    ] {
        let report = remediate_by_hand(scene.program.cx(), &Entry::BuiltIn(detector), None, &anna)
            .await
            .unwrap();
        assert_eq!(report.aftermath, Some(aftermath), "{report:?}");
    }
}

#[each_database]
async fn too_few_events_raise_no_alarm(database: TestDatabase) {
    let scene = Scene::beside(&database).await;
    scene.requests(Duration::zero(), 9.0, 9.0).await;

    assert_eq!(scene.sweeps(passing()).await, 0);
    assert_eq!(scene.looks(passing()).await.status, Status::Pass);

    scene.requests(Duration::zero(), 1.0, 1.0).await;
    assert_eq!(scene.sweeps(passing()).await, 1);
}

#[each_database]
async fn where_the_fault_itself_is_told_as_loudly_its_budget_is_not(database: TestDatabase) {
    let scene = Scene::beside(&database).await;
    scene.slow_day().await;

    assert_eq!(scene.sweeps(failing()).await, 1);
    let alert = scene
        .program
        .hears(ALERT_CHAT, "API p95 latency 1500ms")
        .await;
    assert!(!alert.text.contains("budget"), "{}", alert.text);

    // Louder than the fault itself, which is a warning.
    scene.requests(Duration::zero(), 100.0, 100.0).await;
    assert_eq!(scene.sweeps(failing()).await, 1);
    scene
        .program
        .hears(ALERT_CHAT, "burns 20 times too fast")
        .await;
    assert_eq!(open_incidents(&database).await, ["warning 2", "error 1"]);
}

#[each_database]
async fn an_alarm_stays_while_its_fault_is_told_as_loudly(database: TestDatabase) {
    let scene = Scene::beside(&database).await;
    scene.slow_day().await;
    scene.sweeps(passing()).await;

    for _ in 0..3 {
        scene.sweeps(failing()).await;
    }

    assert_eq!(open_incidents(&database).await, ["warning 1", "warning 3"]);
}

#[each_database]
async fn an_alarm_stays_until_events_tell_that_it_is_over(database: TestDatabase) {
    let scene = Scene::with_tiers(&database, "14.4").await;
    scene.requests(Duration::days(10), 99_000.0, 0.0).await;
    scene.requests(Duration::zero(), 100.0, 100.0).await;
    assert_eq!(scene.sweeps(passing()).await, 1);
    let alert = scene.program.hears(ALERT_CHAT, BAD_TEXT).await;

    // The API is not used for a while: the last hour is as bad as before, and the last minutes have no data.
    scene.clock.advance(Duration::minutes(40));
    for _ in 0..3 {
        assert_eq!(scene.sweeps(passing()).await, 0);
    }
    assert_eq!(open_incidents(&database).await, ["error 1"]);

    // 100 of 5100 in the hour are 0.4 times what is tolerated.
    scene.requests(Duration::zero(), 5000.0, 0.0).await;
    scene.sweeps(passing()).await;
    scene.sweeps(passing()).await;
    scene.program.reads(&alert, "RESOLVED").await;
}

#[each_database]
async fn a_detector_that_cannot_look_judges_no_budget(database: TestDatabase) {
    let scene = Scene::beside(&database).await;
    scene.requests(Duration::zero(), 100.0, 100.0).await;
    let blind = latency!(Ok(Verdict::blind(
        "unreachable",
        "http://api is out of reach"
    )));
    let unmeasured = latency!(Ok(Verdict::not_measured("no source is connected")));
    let crashing = latency!(Err(anyhow::anyhow!("oops")));

    for (detector, said) in [
        (blind, "out of reach"),
        (unmeasured, "no source"),
        (crashing, "oops"),
    ] {
        let check = scene.looks(detector).await;
        assert!(check.message.contains(said), "{check:?}");
        assert_eq!(
            (check.faults().len(), &check.standing),
            (1, &None),
            "{check:?}"
        );
    }
}

#[test]
fn the_budget_of_each_target_is_judged_by_one_detector() {
    for target in Target::ALL {
        let judging = DETECTORS
            .iter()
            .filter(|detector| detector.target == Some(target));
        assert_eq!(judging.count(), 1, "{target}");
    }
}
