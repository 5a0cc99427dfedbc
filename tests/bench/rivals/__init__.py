"""What else there is for the same job, timed beside ours; never a dependency."""
