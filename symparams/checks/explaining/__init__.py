"""Why a claim is wrong: the conventions under which it would be right, the weights it left out or counted twice, where it fails."""
