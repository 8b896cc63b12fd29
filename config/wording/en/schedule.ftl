# /schedule, for organisers, and why something was late.

schedule-title = ## What comes next
schedule-nothing = Nothing is planned.
schedule-line = - { $what }: { $when }
schedule-line-owed = - { $what }: it was due { $when }. I’m trying again.
schedule-late-title = ### What was late, and why
schedule-late-nothing = Nothing was late.
schedule-late-line = - { $what }: due { $due }, done { $done }. { $why }
schedule-unsent = Posts that I could not send are on your desk.
schedule-what-close = The question “{ $question }” closes
schedule-what-lapse = The draft “{ $question }” is thrown away
schedule-what-draft-soon = I remind you of the draft “{ $question }”
schedule-what-promise = People should hear back about “{ $title }”
schedule-what-reminder = I remind you of your promise about “{ $title }”
schedule-what-proof = The weekly proof
schedule-what-digest = The digest
schedule-what-offer = I stop asking a message’s author if it may be an idea for “{ $question }”
schedule-what-worries = The record says how many safety worries there were last month, unless it was only a few
schedule-what-retention = Old answers are cut off from names (every night)
schedule-why-down = I was not running.
schedule-why-trouble = It failed before, and I tried again.
schedule-why-busy = I was held up: too much to do, or this machine slept.
