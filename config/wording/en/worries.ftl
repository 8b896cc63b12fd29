# “Worried about someone”: what residents read, and what the safeguarding contact gets.

worry-press = Worried about someone
worry-form = A person reads what you write: the one who hears safety worries here. Nobody else in this server sees it.
    We do not say who you are. It may take a while until they read it.
    Is someone in danger now? **Don’t wait. Call for help.**
worry-field-words = What worries you?
worry-hint-words = Say where and when, if you can.
worry-field-reach = How can we reach you?
worry-hint-reach = Only if you want to. If you leave this empty, nobody is told who you are.
worry-sent = **Sent.** What you wrote goes to the person who hears safety worries here, and to nobody else in this server.
    I don’t tell them who you are. They only know what you wrote.
worry-next = **What happens next:** that person reads it and decides what to do. They can only ask you more if you said how to reach you. I can’t tell you what they do.

post-worry = ### Someone is worried
    A person in your server sent this to you, and only to you.
post-worry-words = **They wrote:**
    { $words }
post-worry-reach = **How to reach them:** { $reach }
post-worry-no-reach = They did not say how to reach them.
post-worry-from = Sent { $when } from “{ $server }”.
post-worry-project = They pressed the button beside a question of “{ $title }”.
post-worry-how = I don’t know who they are, and I keep no copy. Keep this message for as long as you need it. Should it come twice, it is one worry.
