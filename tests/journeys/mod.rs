//! From a sheet to its results, whatever happens on the way.

mod bad_settings;
mod benefits_claims;
mod crm;
mod disk;
mod every_row;
mod hostile;
mod hr_queries;
mod in_the_log;
mod killed;
mod memory;
mod notices;
mod notices_sent;
mod payments;
mod privacy;
mod rent_accounts;
mod same_command;
mod sameness;
mod schedules;
mod serve;
mod serve_more;
mod several;
mod tampering;
mod uploads;
mod users;
mod what_if;
mod work_accounts;
