//! Intake, queue, pipeline, job log, review and reports of Clerkwork.
