# “Tell me what happens”: following ideas by private message.

follow-press-follow = Tell me what happens
follow-press-unfollow = Stop telling me
follow-told = **I tell you what happens to idea { $number }.** You get a private message from me, once a week at most, with all news together. If something is decided, I tell you at once.
    If you take no private messages from this server, I can’t reach you. You find everything in “My answers”, too.
follow-none = We send no private messages to people under 18. So I keep nothing about this. “My answers” shows you what became of your ideas. “Read ideas” shows the others.
follow-stopped = { $number ->
    [0] **Stopped.** I no longer tell you what happens to any idea.
   *[other] **Stopped.** I no longer tell you what happens to idea { $number }.
}
mine-follows = I tell you what happens to { $numbers }.

news-title = ### What happened to your ideas, and to others you follow
news-idea = **Idea { $number }** { $question }
news-gone = others can’t read it any more.
news-goes-on = I go on telling you what happens to it there.
news-from = I write to you from { $channel }.
news-stop = You asked me to tell you. To stop, press “My answers” in the server. Then press “Stop telling me”.
card-news = news of ideas for somebody who follows them
schedule-what-news = People hear about ideas that they follow
