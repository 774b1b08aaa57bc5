//! How remediations look.

use super::*;

/// One of each kind.
fn plans() -> Vec<Plan> {
    let room = |path: &str, needed, free| DiskSpace {
        path: path.into(),
        needed,
        free,
    };
    let rewrite = |rooms| Plan::Rewrite {
        size: 5_000_000_000,
        unused: 2_000_000_000,
        rooms,
    };
    let database = "/srv/<platform>/sovani_bot.db";
    vec![
        rewrite(vec![room(database, 6_000_000_000, Some(20_000_000_000))]),
        rewrite(vec![
            room(database, 3_000_000_000, Some(20_000_000_000)),
            room("/var/tmp", 3_000_000_000, Some(2_999_999_999)),
        ]),
        Plan::Shrink {
            size: 5_000_000_000,
            unused: 2_000_000_000,
        },
        Plan::Sweep {
            size: 5_000_000_000,
        },
        Plan::Command(
            ["systemctl", "restart", "<unit> & \"x\""]
                .map(str::to_owned)
                .to_vec(),
        ),
        Plan::Tell {
            chat: "77".to_owned(),
        },
        Plan::Reload { incidents: 3 },
        Plan::InVain("MANAGER_CHAT_ID is not set".to_owned()),
        rewrite(vec![room(database, 6_000_000_000, None)]),
        Plan::Call {
            method: "POST".to_owned(),
            address: "https://api.example/restart?…".to_owned(),
        },
        Plan::EndSession {
            session: Session {
                pid: 4711,
                began: 1,
                busy_since: 2,
            },
            user: "reports".to_owned(),
            application: "<psql>".to_owned(),
            state: "active".to_owned(),
            query: "SELECT '<b>' FROM sales".to_owned(),
            busy: Duration::from_secs(754),
        },
        Plan::RestartUnit {
            unit: "sovani-api.service".to_owned(),
        },
    ]
}

#[test]
fn remediations() {
    let (source, action) = ("check_db_growth", "remediate_vacuum_db");
    let busy = remediation::RemediationRefusal::Busy { action };
    let fixed = report(
        RemediationStatus::Success,
        "Database vacuumed",
        Some(Aftermath::Fixed),
    );
    let in_vain = report(
        RemediationStatus::Success,
        "Database vacuumed",
        Some(Aftermath::StillFailing),
    );
    let failed = report(
        RemediationStatus::Failed,
        "systemctl failed: <no unit>",
        None,
    );
    let until = moment() + chrono::Duration::minutes(40);
    let terms = |held| Terms {
        minutes: 60,
        held,
        two: false,
        is_built_in: true,
    };
    let asked = Terms {
        minutes: 5,
        ..terms(None)
    };
    let own = Terms {
        is_built_in: false,
        ..terms(None)
    };
    let two = Terms {
        two: true,
        ..terms(None)
    };
    let plans = plans();
    let shown = |voice: &Voice, terms: &Terms, plan: &Plan| {
        remediation::ask(
            voice,
            7,
            remediation::proposed(voice, source, action, plan, terms),
        )
    };
    let broken = terms(Some(Permit::Broken { runs: 3, until }));
    let cooling = terms(Some(Permit::Cooling { until }));
    in_each_language("remediations", |voice| {
        sheet([
            ("choices", remediation::choices(voice, &[(source, action)])),
            ("proposal", shown(voice, &asked, &plans[0])),
            ("two persons", shown(voice, &two, &plans[1])),
            ("in place", shown(voice, &asked, &plans[2])),
            ("postgresql", shown(voice, &asked, &plans[3])),
            ("command", shown(voice, &asked, &plans[4])),
            ("tell", shown(voice, &asked, &plans[5])),
            ("reload", shown(voice, &asked, &plans[6])),
            ("in vain", shown(voice, &asked, &plans[7])),
            ("unknown room", shown(voice, &asked, &plans[8])),
            ("call", shown(voice, &own, &plans[9])),
            ("session", shown(voice, &asked, &plans[10])),
            ("unit", shown(voice, &own, &plans[11])),
            (
                "choice",
                remediation::choice(voice, source, &[action, "restart_api"]),
            ),
            (
                "half confirmed",
                remediation::half_confirmed(voice, 7, "<b>said</b>", "<Anna>"),
            ),
            ("instead", shown(voice, &broken, &plans[0])),
            ("soon again", shown(voice, &cooling, &plans[0])),
            (
                "running",
                remediation::running(voice, source, action, "Anna"),
            ),
            (
                "cancelled",
                remediation::cancelled(voice, source, action, "Anna"),
            ),
            (
                "settled",
                remediation::settled(voice, source, action, "⌛ It is over."),
            ),
            (
                "refused",
                remediation::refused(voice, source, action, &remediation::refusal(voice, &busy)),
            ),
            ("fixed", remediation::outcome(voice, &fixed)),
            ("done in vain", remediation::outcome(voice, &in_vain)),
            ("failed", remediation::outcome(voice, &failed)),
        ])
    });
}
