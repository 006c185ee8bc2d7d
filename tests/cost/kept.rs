//! What each flow costs in the platform's units, in the order of the flows. Whoever changes a number here has changed
//! somebody's bill, and says why.

use edge_mfa_tests::meter::Counts;

const NOTHING: Counts = Counts {
    requests: 0,
    to_tenant: 0,
    to_member: 0,
    alarms: 0,
    rows_read: 0,
    rows_written: 0,
    kv_reads: 0,
    kv_writes: 0,
    notices: 0,
};

/// A sign-in: the page and the tenant's name, the password, the code. Of the eight rows written three are the member's
/// record (the sign-in begins, it ends, the log has it), two are the log's entry and where it is found by whose it is, one
/// how she stands in the directory, and two are her object's alarm: to tell the log, and to forget the session.
pub const KEPT: [Counts; 7] = [
    Counts {
        requests: 4,
        to_tenant: 3,
        to_member: 3,
        alarms: 1,
        rows_read: 34,
        rows_written: 8,
        kv_reads: 2,
        ..NOTHING
    },
    // On a remembered device.
    Counts {
        requests: 3,
        to_tenant: 2,
        to_member: 2,
        alarms: 1,
        rows_read: 27,
        rows_written: 7,
        kv_reads: 2,
        ..NOTHING
    },
    // By a recovery key, of which she is told.
    Counts {
        requests: 4,
        to_tenant: 3,
        to_member: 3,
        alarms: 2,
        rows_read: 62,
        rows_written: 15,
        kv_reads: 2,
        notices: 1,
        ..NOTHING
    },
    // The first one, with enrolment, of which she is told.
    Counts {
        requests: 8,
        to_tenant: 6,
        to_member: 5,
        alarms: 3,
        rows_read: 96,
        rows_written: 31,
        kv_reads: 3,
        notices: 1,
        ..NOTHING
    },
    // A session check: one call to KV, for two keys.
    Counts { requests: 1, kv_reads: 2, ..NOTHING },
    // A wrong password.
    Counts {
        requests: 1,
        to_tenant: 1,
        to_member: 1,
        alarms: 1,
        rows_read: 21,
        rows_written: 7,
        kv_reads: 1,
        ..NOTHING
    },
    // A wrong code.
    Counts { requests: 1, to_tenant: 2, to_member: 1, alarms: 1, rows_read: 25, rows_written: 7, ..NOTHING },
];

/// What is left of a sign-in on a remembered device if she never comes again: her object looks after a day, when the
/// session has ended, and once more when the device has, and each time writes what is left. Then never again.
pub const AFTERWARDS: Counts = Counts { alarms: 2, rows_read: 7, rows_written: 3, ..NOTHING };
