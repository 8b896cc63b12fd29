"""What Folkmoot does: one function a verb. A service takes the person, and authorises before it acts."""
