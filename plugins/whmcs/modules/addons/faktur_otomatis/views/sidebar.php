<?php

/** @var callable $t */

declare(strict_types=1);

use FakturOtomatis\AdminPage;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<span class="header">Faktur Otomatis</span>
<ul class="menu"><li><a href="<?= AdminPage::LINK ?>"><?= $t('admin_title') ?></a></li></ul>
