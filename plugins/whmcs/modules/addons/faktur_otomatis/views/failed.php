<?php

/** @var callable $t */

declare(strict_types=1);

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<div class="alert alert-danger"><?= $t('failed') ?></div>
